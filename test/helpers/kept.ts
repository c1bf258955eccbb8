/** What a test leaves behind when it fails, for whoever wonders why. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';

/** The variable of the environment that tells a file of a run where what it leaves behind is kept. */
export const FOLDER_OF_FILE = 'TEST_KEPT';

const kept = new WeakMap<ExecutionContext, number>();

/**
 * Asks for `contents` when the test has failed, and keeps it in a folder of the test.
 * @param name of the file, e.g. page.png; it is numbered, as a test has several pages
 */
export function keepOnFailure(
  t: ExecutionContext,
  name: string,
  contents: () => Promise<string | Buffer> | string | Buffer,
): void {
  const number = (kept.get(t) ?? 0) + 1;
  kept.set(t, number);
  t.teardown(async () => {
    if (t.passed) return;
    const folder = join(process.env[FOLDER_OF_FILE] ?? 'test/kept', fileName(t.title));
    const file = join(folder, `${number}-${name}`);
    try {
      const content = await contents();
      await mkdir(folder, { recursive: true });
      await writeFile(file, content);
      t.log(`kept: ${file}`);
    } catch (error) {
      // It is not what the test has failed for.
      t.log(`not kept: ${file} (${error})`);
    }
  });
}

const fileName = (title: string) => title.replaceAll(/[^\p{L}\p{N}]+/gu, '-').slice(0, 80);
