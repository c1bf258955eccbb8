import { limits } from '../../protocol/limits.ts';

export type NameProblem = 'empty' | 'long' | 'control';

/** What keeps a name from being accepted; the server's rule is nameSchema in protocol/messages.ts. */
export function nameProblem(text: string): NameProblem | null {
  if (/\p{Cc}/u.test(text)) return 'control';
  const characters = [...text.trim()].length;
  if (characters === 0) return 'empty';
  return characters > limits.nameCharacters ? 'long' : null;
}
