import { computed, signal } from '@preact/signals';
import type { Memory } from '../models/memory.ts';
import { en } from './en.ts';
import { ja } from './ja.ts';

export type Language = 'ja' | 'en';

const all = { ja, en };

const chosen = signal<Language>('ja');

/** The words of the language in use. */
export const words = computed(() => all[chosen.value]);

/** The language in use. */
export const language = computed(() => chosen.value);

/** What was chosen in this browser before, else what it prefers: Japanese unless another language comes first. */
export function startLanguage(memory: Memory, preferred: readonly string[]): void {
  chosen.value = memory.language() ?? languageOf(preferred);
}

export function switchLanguage(memory: Memory): void {
  chosen.value = chosen.value === 'ja' ? 'en' : 'ja';
  memory.keepLanguage(chosen.value);
}

/** Japanese first: English only where the browser asks for other languages and not for Japanese before them. */
export function languageOf(preferred: readonly string[]): Language {
  const [first = 'ja'] = preferred;
  return first.toLowerCase().startsWith('ja') ? 'ja' : 'en';
}
