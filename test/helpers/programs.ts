/** Programs that a test makes up and then runs. */
import { execFileSync } from 'node:child_process';

/**
 * Writes an executable file. Another process does it: a child that is forked while this one has the file open for writing has it open
 * too until it becomes another program, and as long the kernel refuses to run the file ("Text file busy").
 */
export function writeProgram(path: string, text: string): void {
  execFileSync('sh', ['-c', 'cat >"$1" && chmod 755 "$1"', 'sh', path], { input: text });
}
