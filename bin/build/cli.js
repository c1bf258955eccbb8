import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build as bundle } from 'esbuild';
import { packageRoot } from '../package-root.js';
import { packagesIn } from './licences.js';
import { keepOwnLines } from './source-maps.js';
import { withoutUnusedParts } from './unused.js';

/** TypeORM asks for the drivers of every database it knows; those that are not there are never asked for. */
const absentDrivers = `
  @google-cloud/spanner @sap/hana-client better-sqlite3 expo-sqlite hdb-pool ioredis mongodb mssql mysql oracledb
  pg pg-native pg-query-stream react-native-sqlite-storage redis sql.js sqlite3 typeorm-aurora-data-api-driver
  ts-node app-root-path`;

/**
 * Takes Node's own modules by `require`, in whatever form they are imported. For an `import` Node reads every export of theirs, and loads
 * with some of them what hardly a command has need of: with those of http all of fetch (undici).
 */
const requiredBuiltins = {
  name: 'required-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path, kind }) => {
      if (kind !== 'import-statement' || !isBuiltin(path)) return;
      return { path, namespace: 'builtin' };
    });
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

/** What packages written in CommonJS expect to find. */
const commonJs = `
import { createRequire as __createRequire } from 'node:module';
import { dirname as __dirnameOf } from 'node:path';
const require = __createRequire(import.meta.url), __filename = import.meta.filename, __dirname = __dirnameOf(__filename);`;

/**
 * Bundles the command line and the server: one file is read where node_modules has thousands, so it starts faster.
 * @returns the packages that went in
 */
export async function build(outdir) {
  const { metafile } = await bundle({
    entryPoints: [join(packageRoot, 'src', 'cli', 'index.ts')],
    outdir,
    absWorkingDir: packageRoot,
    platform: 'node',
    target: 'node22.20',
    format: 'esm',
    bundle: true,
    splitting: true,
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: 160,
    legalComments: 'none',
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    plugins: [requiredBuiltins, withoutUnusedParts],
    // libsql is native: it stays in node_modules, the one dependency of the installed package.
    // ink asks for react-devtools-core only while ink itself is debugged.
    external: ['libsql', 'react-devtools-core', ...absentDrivers.trim().split(/\s+/)],
    // Two releases of one table would be held, by what Koa's packages ask for.
    alias: { 'mime-db': join(packageRoot, 'node_modules', 'mime-db') },
    define: { 'process.env.NODE_ENV': '"production"' },
    banner: { js: commonJs },
    logLevel: 'warning',
  });
  await keepOwnLines(outdir, metafile.inputs);
  return packagesIn(metafile);
}
