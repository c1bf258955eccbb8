// `npm run reference`: makes docs/cli.md anew from what src/cli/program.ts defines.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from './package-root.js';

const { build } = await import('../src/cli/program.ts');
const { describe } = await import('../src/cli/reference/describe.ts');
const { markdownReference } = await import('../src/cli/reference/markdown.ts');

await writeFile(join(packageRoot, 'docs', 'cli.md'), markdownReference(describe(build())));
