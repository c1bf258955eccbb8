// `npm run reference`: makes docs/cli.md and docs/openapi.json anew from what the program defines.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from './package-root.js';

const { build } = await import('../src/cli/program.ts');
const { describe } = await import('../src/cli/reference/describe.ts');
const { markdownReference } = await import('../src/cli/reference/markdown.ts');

await writeFile(join(packageRoot, 'docs', 'cli.md'), markdownReference(describe(build())));

const { openApiDocument } = await import('../src/server/api/openapi.ts');
const { version } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8'));
await writeFile(
  join(packageRoot, 'docs', 'openapi.json'),
  `${JSON.stringify(openApiDocument(version), null, 2)}\n`,
);
