// Bundles src/cli (with the server) into dist/cli and src/web into dist/web.
import { readFileSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'esbuild';
import { packageRoot } from './package-root.js';

const src = join(packageRoot, 'src');
const dist = join(packageRoot, 'dist');

/** The browsers of the manual, oldest release of each. */
const browsers = ['chrome117', 'edge118', 'firefox118', 'safari17'];
/** TypeORM asks for the drivers of every database it knows; those that are not there are never asked for. */
const absent = [
  ...[
    '@google-cloud/spanner',
    '@sap/hana-client',
    'better-sqlite3',
    'expo-sqlite',
    'hdb-pool',
    'ioredis',
    'mongodb',
  ],
  ...[
    'mssql',
    'mysql',
    'oracledb',
    'pg',
    'pg-native',
    'pg-query-stream',
    'react-native-sqlite-storage',
    'redis',
  ],
  ...['sql.js', 'sqlite3', 'typeorm-aurora-data-api-driver', 'ts-node', 'app-root-path'],
];

async function buildCli() {
  const { metafile } = await build({
    entryPoints: [join(src, 'cli', 'index.ts')],
    outdir: join(dist, 'cli'),
    platform: 'node',
    target: 'node22.20',
    format: 'esm',
    bundle: true,
    splitting: true,
    minifySyntax: true,
    metafile: true,
    // A native module: it stays in node_modules, the one dependency of the installed package.
    external: ['libsql', ...absent],
    // What packages written in CommonJS expect to find.
    banner: {
      js: `import{createRequire as __r}from'node:module';import{fileURLToPath as __f}from'node:url';import{dirname as __d}from'node:path';const require=__r(import.meta.url),__filename=__f(import.meta.url),__dirname=__d(__filename);`,
    },
    logLevel: 'warning',
  });
  return metafile;
}

async function buildWeb() {
  const outdir = join(dist, 'web', 'assets');
  const { metafile } = await build({
    entryPoints: [join(src, 'web', 'index.tsx')],
    outdir,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    platform: 'browser',
    target: browsers,
    format: 'esm',
    bundle: true,
    splitting: true,
    minify: true,
    // Japanese as it is: escaped it would be twice as long.
    charset: 'utf8',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    metafile: true,
    plugins: [withoutUnusedHandlers],
    logLevel: 'warning',
  });
  refuseStrangers(metafile);
  await writePage(metafile, outdir);
  await compressAll(join(dist, 'web'));
}

/** mediasoup-client brings handlers for React Native, old Chromes and its own tests; our browsers use none of them. */
const withoutUnusedHandlers = {
  name: 'without-unused-handlers',
  setup({ onLoad }) {
    const unused =
      /mediasoup-client\/lib\/(handlers\/(ReactNative106|FakeHandler)|test\/[^/]+)\.js$|fake-mediastreamtrack/;
    onLoad({ filter: unused }, () => ({ contents: 'module.exports = {};', loader: 'js' }));
  },
};

function refuseStrangers({ inputs }) {
  const stranger = Object.keys(inputs).find((file) => /node_modules\/zod\/|src\/(server|cli)\//.test(file));
  if (stranger) throw new Error(`${stranger} has got into the page: import its types only`);
}

/** index.html with the hashed names, and what the entry imports fetched at once with it. */
async function writePage({ outputs }, outdir) {
  const [file, entry] = Object.entries(outputs).find(([, { entryPoint }]) =>
    entryPoint?.endsWith('index.tsx'),
  );
  const url = (path) => `/assets/${path.split('/').at(-1)}`;
  const preloads = entry.imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path);
  // The call's styles too: esbuild loads those of a dynamic import with nobody.
  const styles = Object.keys(outputs).filter((path) => path.endsWith('.css'));
  styles.sort((a, b) => Number(b === entry.cssBundle) - Number(a === entry.cssBundle));
  const head = [
    ...styles.map((path) => `<link rel="stylesheet" href="${url(path)}">`),
    ...preloads.map((path) => `<link rel="modulepreload" href="${url(path)}">`),
    `<script type="module" src="${url(file)}"></script>`,
  ];
  const template = readFileSync(join(src, 'web', 'index.html'), 'utf8');
  if (!template.includes('<!-- assets -->')) throw new Error('src/web/index.html has no <!-- assets -->');
  await mkdir(outdir, { recursive: true });
  await writeFile(join(dist, 'web', 'index.html'), template.replace('<!-- assets -->', head.join('\n    ')));
}

async function compressAll(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  await Promise.all(files.filter((file) => /\.(html|js|css|svg|json)$/.test(file)).map(compress));
}

async function compress(file) {
  const content = await readFile(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  await writeFile(`${file}.br`, await promisify(brotliCompress)(content, { params }));
  await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
}

rmSync(dist, { recursive: true, force: true });
await Promise.all([buildCli(), buildWeb()]);
