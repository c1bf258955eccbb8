/** What tells about the command line itself: completions and the man page. */
import { Argument, type Command } from 'commander';
import type { NameKind } from '../commands/completeNames.ts';
import type { Shell } from '../commands/completion.ts';
import { examples, notes } from '../define.ts';

/** What is made from the other definitions: `completion`, `man`, and the hidden `complete`. To be added last. */
export function addReference(program: Command): void {
  program
    .command('completion')
    .description('print the script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>', 'of which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      `${notes(`In ~/.bashrc:                   source <(webinterview completion bash)
In ~/.zshrc, after compinit:    source <(webinterview completion zsh)`)}${examples(['completion bash', 'completion fish > ~/.config/fish/completions/webinterview.fish'])}`,
    )
    .action(async (shell: Shell) => (await import('../commands/completion.ts')).completion(program, shell));
  // Not for people: what the completions ask.
  program
    .command('complete', { hidden: true })
    .addArgument(new Argument('<kind>').choices(['room', 'applicant', 'link']))
    .argument('<written>')
    .argument('[words...]')
    .addHelpText('after', examples(['complete room 9110 -- room show']))
    .action(async (kind: NameKind, written: string, words: string[]) =>
      (await import('../commands/completeNames.ts')).completeNames(kind, written, words),
    );
  program
    .command('man')
    .description('print the man page')
    .addHelpText('after', examples(['man | man -l -', 'man > /usr/local/share/man/man1/webinterview.1']))
    .action(async () => (await import('../commands/man.ts')).man(program));
}
