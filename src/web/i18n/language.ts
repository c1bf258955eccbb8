import { computed, signal } from '@preact/signals';
import type { Memory } from '../models/memory.ts';
import type { english } from './english.ts';
import { ja } from './ja.ts';

export type Language = 'ja' | 'en';

type English = typeof english;

/** The English words while English is in use; null while it is Japanese. */
const englishInUse = signal<English | null>(null);

/** The language in use. */
export const language = computed<Language>(() => (englishInUse.value ? 'en' : 'ja'));

/** Words of one part of the page in the language in use: the Japanese come with the part, the English all at once. */
export const wordsOf = <Part extends keyof English>(part: Part, japanese: English[Part]) =>
  computed(() => englishInUse.value?.[part] ?? japanese);

/** The words of the language in use. */
export const words = wordsOf('main', ja);

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
    englishInUse.value = null;
    return;
  }
  // A page in the other language is better than none.
  const loaded = await import('./english.ts').catch(() => null);
  if (loaded) englishInUse.value = loaded.english;
}
