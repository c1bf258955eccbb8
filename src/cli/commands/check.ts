/** `webinterview check`: the server's own machine, or with `--url` the way to it from here. */
import http from 'node:http';
import { arch, platform, release } from 'node:os';
import { Readable } from 'node:stream';
import { UserError } from '../../server/errors.ts';
import { assertMayWrite } from '../../server/ownFiles.ts';
import { packageVersion } from '../../server/packageRoot.ts';
import { runChecks, verdictOf } from '../check/run.ts';
import { findingLines, verdictLine } from '../check/text.ts';
import type { Check, Finding } from '../check/types.ts';
import { type CommonOptions, configOf } from '../context.ts';
import { printJson, printLine, screenWidth } from '../output/print.ts';
import { writeWhole } from '../output/writeWhole.ts';

export type CheckOptions = CommonOptions & { url?: string; output?: string };

/** Exit code 1 when something is NG. */
export async function check(options: CheckOptions): Promise<void> {
  const { output } = options;
  const config = output === undefined ? null : configOf(options);
  if (config && output !== undefined) assertMayWrite(config, output, 'the report');
  const subject = options.url === undefined ? await ofServer(options) : await ofLink(options.url);
  const from = new Date();
  const findings = await run(subject.checks, options);
  const verdict = verdictOf(findings);
  if (verdict === 'ng') process.exitCode = 1;
  if (config && output !== undefined)
    await writeWhole(config, output, Readable.from([report(subject, findings, from)]));
  if (options.json) {
    printJson({ of: subject.of, at: from, verdict, findings });
    return;
  }
  printLine();
  printLine(verdictLine(findings));
  if (output !== undefined) printLine(`The report is in ${output}`);
}

type Subject = { of: string; checks: Check[] };

async function ofServer(options: CheckOptions): Promise<Subject> {
  const { serverChecks } = await import('../check/server.ts');
  return { of: 'this server', checks: serverChecks(configOf(options)) };
}

async function ofLink(text: string): Promise<Subject> {
  const { targetOf } = await import('../check/link/target.ts');
  const { linkChecks } = await import('../check/link/checks.ts');
  const target = targetOf(text, process.env);
  if (target.proxy) heedProxy(target.proxy);
  return { of: target.server, checks: linkChecks(target) };
}

/**
 * Requests go through the proxy, as a browser's would. All of them go to the one server that it was chosen for.
 * @throws {UserError} this Node cannot; what it found without the proxy would be no answer
 */
function heedProxy({ href }: URL): void {
  if (typeof http.setGlobalProxyFromEnv !== 'function') {
    throw new UserError(`Node ${process.versions.node} does not use HTTPS_PROXY`, {
      remedy: 'use Node 24.14 or newer, or unset it to check without the proxy.',
    });
  }
  http.setGlobalProxyFromEnv({ HTTP_PROXY: href, HTTPS_PROXY: href });
}

/** Live where there is a terminal with colours, else line by line. */
async function run(checks: Check[], { json }: CheckOptions): Promise<Finding[]> {
  if (json) return runChecks(checks);
  if (process.stdout.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb') {
    return (await import('../ui/check.tsx')).showChecks(checks);
  }
  return runChecks(checks, (finding) => {
    for (const line of findingLines(finding, screenWidth())) printLine(line);
  });
}

/** For support: what was found, when and on what; no token, and nobody's name. */
function report({ of }: Subject, findings: Finding[], from: Date): string {
  return [
    `webinterview ${packageVersion()}: check of ${of}`,
    `from ${from.toISOString()} to ${new Date().toISOString()}`,
    `on ${platform()} ${release()} (${arch()}), Node ${process.versions.node}`,
    '',
    ...findings.flatMap((finding) => findingLines(finding)),
    '',
    verdictLine(findings),
    '',
  ].join('\n');
}
