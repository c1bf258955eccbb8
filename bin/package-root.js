import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this package, links resolved. */
export const packageRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/** This package's package.json. */
export const packageJson = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
