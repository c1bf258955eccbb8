import { computed, signal } from '@preact/signals';
import type { Memory } from '../models/memory.ts';
import { ja, type Words } from './ja.ts';

export type Language = 'ja' | 'en';

const inUse = signal<{ language: Language; words: Words }>({ language: 'ja', words: ja });

/** The words of the language in use. */
export const words = computed(() => inUse.value.words);

/** The language in use. */
export const language = computed(() => inUse.value.language);

/** Words of a part that is fetched when it is needed: both languages come with it. */
export const wordsOf = <W>(japanese: W, english: W) =>
  computed(() => (language.value === 'ja' ? japanese : english));

/**
 * What was chosen in this browser before, else what it prefers. Japanese is there at once; another language is
 * fetched by those who read it.
 */
export async function startLanguage(memory: Memory, preferred: readonly string[]): Promise<void> {
  const kept = memory.get('language');
  await use(kept === 'ja' || kept === 'en' ? kept : languageOf(preferred));
}

/** Changes to the other language, for this browser's next visits too. */
export async function switchLanguage(memory: Memory): Promise<void> {
  const next = language.value === 'ja' ? 'en' : 'ja';
  memory.keep('language', next);
  await use(next);
}

/** Japanese first: English only where the browser puts another language before it. */
export function languageOf(preferred: readonly string[]): Language {
  const [first = 'ja'] = preferred;
  return first.toLowerCase().startsWith('ja') ? 'ja' : 'en';
}

async function use(language: Language): Promise<void> {
  if (language === 'ja') {
    inUse.value = { language, words: ja };
    return;
  }
  // A page in the other language is better than none.
  const loaded = await import('./en.ts').catch(() => null);
  if (loaded) inUse.value = { language, words: loaded.en };
}
