import { Languages } from 'lucide';
import { language, switchLanguage, words } from '../i18n/language.ts';
import type { Memory } from '../models/memory.ts';
import { Icon } from './Icon.tsx';

/** To the other language, in that language's own words. */
export function LanguageSwitch({ memory, className }: { memory: Memory; className?: string }) {
  const other = language.value === 'ja' ? 'en' : 'ja';
  return (
    <button type="button" class={className} lang={other} onClick={() => void switchLanguage(memory)}>
      <Icon node={Languages} size={20} />
      {words.value.language.other}
    </button>
  );
}
