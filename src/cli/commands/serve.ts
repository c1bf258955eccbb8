import { setFlagsFromString } from 'node:v8';
import { renderUnicodeCompact } from 'uqr';
import type { Config } from '../../server/config.ts';
import { UserError } from '../../server/errors.ts';
import type { PageFolder } from '../../server/http/app.ts';
import { type CommonOptions, configOf, withAdmin } from '../context.ts';
import { demoRoom } from '../demo.ts';
import { linkUrls, type RoomUrls, roomUrls } from '../links.ts';
import { printJson, printLine } from '../output/print.ts';

export type ServeOptions = CommonOptions & { host?: string; port?: string; demo?: boolean };

/**
 * `webinterview serve`: runs until SIGTERM or SIGINT, and then until no call is running any more, for at most
 * call.drainSeconds. A second signal does not wait for the calls, and the next not for the closing.
 * @param page another than the built one
 */
export async function serve(options: ServeOptions, page?: PageFolder): Promise<void> {
  const config = configOf(options, { 'http.host': options.host, 'http.port': options.port });
  const { stopped, hurry } = stopSignals(config.call.drainSeconds > 0);
  keepYoungGenerationSmall();
  const { createServer } = await import('../../server/server.ts');
  const server = await createServer(config, { page }).catch((error: unknown) => {
    throw listenError(config, error);
  });
  try {
    const demo = options.demo ? await demoUrls(config, server.url) : undefined;
    if (options.json)
      printJson({ url: server.url, port: server.port, pid: process.pid, dataDir: config.dataDir, demo });
    else printReady(server.url, demo);
    await stopped;
    await server.drain(hurry);
  } finally {
    await server.close();
  }
  process.exit(0);
}

/**
 * V8 lets what is new take up to 128 MB and never gives that back: with 2,000 people waiting it was more than all that is
 * kept of them. Not growing costs no time that could be measured (`npm run bench -- waiting joins`).
 */
function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Milliseconds in which signals are one: Ctrl+C comes from the terminal and again from the parents in it. */
const SAME_SIGNAL_MS = 500;

/**
 * `stopped` resolves at the first signal to stop. Where there may be a wait for calls the second aborts `hurry`. One
 * more ends the process at once.
 */
function stopSignals(mayWait: boolean): { stopped: Promise<void>; hurry: AbortSignal } {
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  const hurry = new AbortController();
  const steps = [resolve, ...(mayWait ? [() => hurry.abort()] : []), () => process.exit(1)];
  let askedAt = Number.NEGATIVE_INFINITY;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      const now = performance.now();
      if (now - askedAt < SAME_SIGNAL_MS) return;
      askedAt = now;
      steps.shift()?.();
    });
  }
  return { stopped, hurry: hurry.signal };
}

function demoUrls(config: Config, serverUrl: string): Promise<RoomUrls> {
  return withAdmin(config, { create: false }, async (admin) => {
    const { links } = await demoRoom(admin);
    return roomUrls(linkUrls(config.http.publicUrl ?? serverUrl, admin.secret, links));
  });
}

function printReady(url: string, demo: RoomUrls | undefined): void {
  printLine(`webinterview is ready at ${url}`);
  if (!demo) return;
  printLine();
  printLink('Interviewer link (担当者):', demo.interviewerUrl);
  printLink('Applicant link (応募者):', demo.applicantUrl);
}

/** The code is for a phone's camera, so only where somebody looks at a screen. */
function printLink(label: string, url: string | null): void {
  if (!url) return;
  printLine(label);
  printLine(url);
  if (process.stdout.isTTY) printLine(renderUnicodeCompact(url, { border: 2 }));
  printLine();
}

function listenError({ http: { host, port } }: Config, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof UserError || !code) return error;
  const why: Record<string, string> = {
    EADDRINUSE: `Port ${port} on ${host} is in use: stop the other program, or choose another port with --port or WEBINTERVIEW_HTTP_PORT.`,
    EACCES: `This user may not listen on port ${port}: choose one above 1023 with --port.`,
    EADDRNOTAVAIL: `${host} is not an address of this machine: choose another one with --host.`,
    ENOTFOUND: `${host} is not an address of this machine: choose another one with --host.`,
  };
  return why[code] ? new UserError(why[code], { cause: error }) : error;
}
