import { wordsOf } from '../language.ts';
import { ja } from './ja.ts';

/** The words of the call in the language in use. */
export const callWords = wordsOf('call', ja);
