/** What a browser test leaves behind when it fails: seen on one that does, with the product's own server and page. */
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { temporaryFolder } from '../helpers/store.ts';

const root = join(import.meta.dirname, '../..');

const failing = `import test from 'ava';
import { launchBrowser, openPage } from '${root}/test/helpers/browser.ts';
import { startServer } from '${root}/test/helpers/server.ts';

test('失敗する', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const { context } = await launchBrowser(t);
  const page = await openPage(t, context, server.url + '/room#' + tokens.applicant);
  await page.getByRole('heading').first().waitFor();
  await page.evaluate(() => console.info('said by the page'));
  t.fail();
});
`;

test('a browser test that fails keeps its page’s picture and console, and the server’s log', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'test/e2e'), { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  for (const name of ['node_modules', 'ava.config.js', 'bin'])
    await symlink(join(root, name), join(folder, name));
  await writeFile(join(folder, 'test/e2e/a.test.ts'), failing);
  const report = await new Promise<string>((resolve) =>
    execFile(process.execPath, [join(root, 'test/run.ts')], { cwd: folder }, (_error, stdout) =>
      resolve(stdout),
    ),
  );
  t.true(report.includes('failed: test/e2e/a.test.ts › 失敗する\n    kept: test/kept/e2e/a\n'), report);
  const kept = join(folder, 'test/kept/e2e/a/失敗する');
  const [log, picture, said] = (await readdir(kept)).sort();
  t.deepEqual([log, picture, said], ['1-server.log', '2-page.png', '3-console.log']);
  t.regex(await readFile(join(kept, '1-server.log'), 'utf8'), /"msg":"/);
  t.is((await readFile(join(kept, '2-page.png'))).subarray(1, 4).toString(), 'PNG');
  const console = await readFile(join(kept, '3-console.log'), 'utf8');
  t.regex(console, /at: http:\/\/127\.0\.0\.1:\d+\/room\n/);
  t.regex(console, /info: said by the page\n/);
});
