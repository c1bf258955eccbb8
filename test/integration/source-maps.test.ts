/** What went wrong in the bundle is told by the lines of the sources. */
import { readdir, readFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { join } from 'node:path';
import test from 'ava';
import Database from 'libsql';
import { cli, cliServe } from '../helpers/cli.ts';
import { testConfig } from '../helpers/store.ts';

const root = join(import.meta.dirname, '../..');

/** The lines of our sources that a stack names, as they are written there; of the last call first. */
async function linesIn(stack: string): Promise<{ file: string; text: string }[]> {
  const places = [...stack.matchAll(/\bsrc\/([\w./-]+\.tsx?):(\d+)/g)];
  return Promise.all(
    places.map(async ([, file, line]) => {
      const source = await readFile(join(root, 'src', file as string), 'utf8');
      return { file: file as string, text: source.split('\n')[Number(line) - 1]?.trim() ?? '' };
    }),
  );
}

test('an error of the command line', async (t) => {
  const { code, stderr } = await cli(null, ['serve', '--port', 'x', '--verbose']);
  t.is(code, 2);
  const [thrown, ...callers] = await linesIn(stderr);
  t.is(thrown?.file, 'server/config.ts');
  t.regex(thrown?.text ?? '', /^throw new UserError\(/);
  t.true(callers.some(({ file, text }) => file === 'cli/commands/serve.ts' && text.includes('configOf(')));
});

test('a crash of the command line', async (t) => {
  const broken = "process.stdout.on = () => { throw new Error('broken'); }";
  const { code, stderr } = await cli(null, ['--version'], {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(broken)}`,
  });
  t.is(code, 1);
  t.regex(stderr, /Error: broken/);
  const [caller] = await linesIn(stderr);
  t.is(caller?.file, 'cli/output/standardStreams.ts');
  t.regex(caller?.text ?? '', /^process\.stdout\.on\(/);
});

test('an error in the log of the server', async (t) => {
  const config = await testConfig(t);
  const server = await cliServe(t, config, ['--json', '--demo'], { WEBINTERVIEW_LOG_LEVEL: 'warn' });
  const { url, demo } = JSON.parse(server.ready);
  const database = new Database(join(config.dataDir, 'webinterview.sqlite'));
  database.exec('PRAGMA foreign_keys = OFF; DROP TABLE links');
  database.close();
  const token = new URL(demo.interviewerUrl).hash.slice(1);
  const { status } = await fetch(`${url}/api/room/chat.csv`, {
    headers: { authorization: `Bearer ${token}` },
  });
  t.is(status, 503);
  const { stderr } = await server.stop();
  const logged = stderr.split('\n').find((line) => line.includes('a request failed')) ?? '{}';
  const lines = await linesIn(JSON.parse(logged).err?.stack ?? '');
  t.true(
    lines.some(({ file, text }) => file === 'server/room/LinkGuard.ts' && text.includes('await')),
    logged,
  );
});

test('what is of a package is not taken for ours, nor for another file of ours', async (t) => {
  const folder = join(root, 'dist/cli');
  const wrong: string[] = [];
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.js'))) {
    const map = new SourceMap(JSON.parse(await readFile(join(folder, `${name}.map`), 'utf8')));
    let file = '';
    for (const [index, line] of (await readFile(join(folder, name), 'utf8')).split('\n').entries()) {
      // esbuild names each file before its first line.
      file = /^\/\/ ((src|node_modules)\/\S+)$/.exec(line)?.[1] ?? file;
      if (!file || !/^\s*(throw|return|if) /.test(line)) continue;
      const entry = map.findEntry(index, line.search(/\S/));
      const source = 'originalSource' in entry ? entry.originalSource?.replace('../../', '') : undefined;
      const expected = file.startsWith('src/') ? file : undefined;
      if (source !== expected) wrong.push(`${name}:${index + 1} of ${file} is said to be ${source}`);
    }
  }
  t.deepEqual(wrong.slice(0, 5), []);
});
