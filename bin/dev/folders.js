import { join } from 'node:path';
import { packageRoot } from '../package-root.js';

/** What `npm run dev` makes: the page, and the server's data. */
export const web = join(packageRoot, '.dev', 'web');
export const data = join(packageRoot, '.dev', 'data');
