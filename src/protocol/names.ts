/** What may be a name, of a person, a company, a room or a link. The page asks the same as the server. */
import { limits } from './limits.ts';

/** control: it has characters that are no text; hidden: some that nobody sees; long: more characters than are asked for at most. */
export type NameProblem = 'control' | 'hidden' | 'empty' | 'long';

/** No characters of text at all, or halves of one. */
const control = /[\p{Cc}\p{Cs}]/u;
/**
 * What is not seen where it stands: fillers, spaces of no width, and what turns the reading direction of its neighbours
 * (Unicode, DerivedCoreProperties.txt), line ends that are no control characters, and the marks of annotations.
 */
const hidden = /[\p{Default_Ignorable_Code_Point}\u2028\u2029\uFFF9-\uFFFB]/u;
/** What nothing is seen of, alone: spaces, marks without a letter, and the empty sign of Braille. */
const unseen = /^[\p{White_Space}\p{M}\p{Cf}\u2800]*$/u;

/** Which of the hidden ones choose a variant of the character before them, as in 葛󠄀城, and after what they do so. */
const variant = /[\p{Variation_Selector}]/u;
const hasVariants = /[\p{Script=Han}\p{Emoji}\p{Script=Mongolian}\p{Script=Myanmar}\p{Script=Phags_Pa}]/u;
/** Which of them join what is before and after them, as in 👩‍🚀, or keep it apart, as in علی‌رضا, and after what. */
const joiner = /[\u200C\u200D]/u;
const joins =
  /[\p{Emoji_Presentation}\p{Extended_Pictographic}\p{M}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Nko}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** Of which the flags of parts of a country are made, after a black one (UTS 51, "emoji tag sequence"). */
const tag = /[\u{E0020}-\u{E007F}]/u;
const BLACK_FLAG = '\u{1F3F4}';

/** All but the kanji that NFC would exchange for their usual form: 塚 and 福 are how some people write their own names. */
const composable = /[^\uF900-\uFAFF\u{2F800}-\u{2FA1F}]+/gu;

/**
 * A name as it is stored and shown: without spaces around it, and composed. macOS gives が as か and a mark of its own
 * (NFD), and a database would take it for another name.
 */
export function storedName(text: string): string {
  return text.replace(composable, (part) => part.normalize('NFC')).trim();
}

/**
 * Whether two texts are the same name, however composed. What is wider, narrower or a capital is another one, and an empty
 * text names nobody.
 */
export function isSameName(a: string, b: string): boolean {
  const name = a.trim().normalize('NFC');
  return name !== '' && name === b.trim().normalize('NFC');
}

/** What keeps a text from being a name, looked at as it would be stored; null: nothing does. */
export function nameProblem(
  text: string,
  mostCharacters: number = limits.nameCharacters,
): NameProblem | null {
  if (control.test(text)) return 'control';
  const name = storedName(text);
  if (withoutHidden(name) !== name) return 'hidden';
  if (unseen.test(name)) return 'empty';
  return [...name].length > mostCharacters ? 'long' : null;
}

/**
 * The text without its hidden characters, or with `instead` for each; those that belong to what is before them stay: the
 * variants of kanji, and the joiners within emoji and in scripts that are written with them.
 */
export function withoutHidden(text: string, instead = ''): string {
  if (!hidden.test(text)) return text;
  let kept = '';
  let before = '';
  for (const character of text) {
    kept += hidden.test(character) && !belongsTo(before, character) ? instead : character;
    before = character;
  }
  return kept;
}

// Without lookbehind, which Safari has since 16.4 alone.
function belongsTo(before: string, character: string): boolean {
  if (variant.test(character)) return hasVariants.test(before);
  if (joiner.test(character)) return joins.test(before);
  return tag.test(character) && (before === BLACK_FLAG || tag.test(before));
}

/** What is told to programs and administrators; the page has its own words. */
export const nameProblemTexts: Record<NameProblem, string> = {
  control: 'must not contain control characters',
  hidden: 'must not contain characters that are invisible or turn the reading direction: type it anew',
  empty: 'must not be empty',
  long: `must be at most ${limits.nameCharacters} characters`,
};
