import { wordsOf } from '../language.ts';
import { ja } from './ja.ts';

/** The words of the settings in the language in use. */
export const settingsWords = wordsOf('settings', ja);
