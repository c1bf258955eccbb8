// `npm run dev [-- OPTIONS]`: the page and the server from the sources, as they are now; OPTIONS are those of `serve`.
// All that it makes, the server's data too, is in .dev.
import { rm } from 'node:fs/promises';
import { data, web } from './dev/folders.js';
import { pageBuilder } from './dev/page.js';
import { keepServer } from './dev/server.js';
import { onChanges } from './dev/watch.js';

const say = (text) => console.log(`dev: ${text}`);
const buildPage = pageBuilder(web);
const server = await keepServer(['--demo', '--data-dir', data, ...process.argv.slice(2)], { say });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);

// With each change files have come whose names nobody asks for any more.
await rm(web, { recursive: true, force: true });
const showPage = onChanges(['src/web', 'src/client', 'src/protocol'], buildAndServe);
onChanges(['src/server', 'src/cli', 'src/client', 'src/protocol', 'config'], server.restart);
await showPage();

async function buildAndServe() {
  const start = performance.now();
  try {
    await buildPage();
  } catch (error) {
    // esbuild has shown its own errors already, with the lines they are in.
    return say(`the page is as it was: ${error.errors ? 'the sources above have errors' : error.message}`);
  }
  say(`the page was built in ${Math.round(performance.now() - start)} ms`);
  // Without a page it would not serve.
  server.start();
}

async function end() {
  await server.end();
  process.exit();
}
