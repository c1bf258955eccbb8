import { wordsOf } from '../language.ts';
import { ja } from './ja.ts';

/** The words of the help in the language in use. */
export const helpWords = wordsOf('help', ja);
