import { keyOf, takesText } from './keys.ts';

/** Alt and a letter, as Zoom has them: a letter alone would be typed by those who dictate (WCAG 2.1.4). */
export const shortcuts = {
  microphone: { key: 'Alt+A', code: 'KeyA' },
  camera: { key: 'Alt+V', code: 'KeyV' },
  chat: { key: 'Alt+H', code: 'KeyH' },
  hand: { key: 'Alt+Y', code: 'KeyY' },
} as const;

/** What a shortcut does. */
export type ShortcutName = keyof typeof shortcuts;

/** Listens for the shortcuts; the returned function ends that. */
export function followShortcuts(actions: Record<ShortcutName, () => void>): () => void {
  const press = (event: KeyboardEvent) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.repeat) return;
    // With Alt a Mac writes letters of its own. While a dialog is open the rest of the page waits.
    if (!keyOf(event) || takesText(event.target) || document.querySelector('dialog:modal')) return;
    const names = Object.keys(shortcuts) as ShortcutName[];
    // By the key's place: with Alt held, a Mac writes another letter.
    const name = names.find((each) => shortcuts[each].code === event.code);
    if (!name) return;
    event.preventDefault();
    actions[name]();
  };
  addEventListener('keydown', press);
  return () => removeEventListener('keydown', press);
}
