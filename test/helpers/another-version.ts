/** A later version of this project, with a protocol that pages of this one do not speak. */
import { execFile } from 'node:child_process';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ExecutionContext } from 'ava';
import { PROTOCOL_VERSION } from '../../src/protocol/version.ts';
import { temporaryFolder } from './store.ts';

const root = join(import.meta.dirname, '../..');

/** Builds it from a copy of the sources, server and page; gone with the test. @returns its executable */
export async function buildAnotherVersion(t: ExecutionContext): Promise<string> {
  const folder = await temporaryFolder(t);
  for (const part of [
    'bin',
    'config',
    'deploy',
    'src',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'LICENSE',
  ])
    await cp(join(root, part), join(folder, part), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const file = join(folder, 'src/protocol/version.ts');
  const text = await readFile(file, 'utf8');
  const later = text.replace(/PROTOCOL_VERSION = \d+;/, `PROTOCOL_VERSION = ${PROTOCOL_VERSION + 1};`);
  if (later === text) throw new Error('src/protocol/version.ts has no PROTOCOL_VERSION to change');
  await writeFile(file, later);
  await promisify(execFile)(process.execPath, [join(folder, 'bin/build.js')], { cwd: folder });
  return join(folder, 'bin/webinterview.js');
}
