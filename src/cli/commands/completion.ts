import type { Command } from 'commander';
import { bashCompletion } from '../reference/bash.ts';
import { describe } from '../reference/describe.ts';
import { fishCompletion } from '../reference/fish.ts';
import { zshCompletion } from '../reference/zsh.ts';

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };
export type Shell = keyof typeof shells;

/** `webinterview completion SHELL`: the script that completes commands, options and values there. */
export function completion(program: Command, shell: Shell): void {
  process.stdout.write(shells[shell](describe(program)));
}
