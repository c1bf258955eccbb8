import { readFile } from 'node:fs/promises';

/** All but those of SQLite and MySQL: TypeORM imports the driver of every database it knows, before it is asked for one. */
const drivers =
  /typeorm\/driver\/(aurora-mysql|aurora-postgres|capacitor|cockroachdb|cordova|expo|mongodb|nativescript|oracle|postgres|react-native|sap|spanner|sqljs|sqlserver)\/\w+\.js$/;
/** zod's messages in fifty languages, of which only the English are shown. */
const locales = /zod\/v4\/locales\/index\.js$/;

/**
 * Leaves out what packages bring and nothing asks for. The server holds the source of every file that it has read: with these it
 * took 5 MB more.
 */
export const withoutUnusedParts = {
  name: 'without-unused-parts',
  setup({ onLoad }) {
    onLoad({ filter: drivers }, async ({ path }) => ({ contents: await emptyClasses(path) }));
    onLoad({ filter: locales }, () => ({ contents: "export { default as en } from './en.js';" }));
  },
};

/** TypeORM asks of some whether they are what it has, so that there must be a class of each name. */
async function emptyClasses(file) {
  const source = await readFile(file, 'utf8');
  const names = [...source.matchAll(/^exports\.(\w+) = void 0;$/gm)].map(([, name]) => name);
  return names.map((name) => `exports.${name} = class ${name} {};\n`).join('');
}
