/** What is dragged into the window. */
import { takesText } from './keys.ts';

/** Whether files are among it, and not text or a link alone. */
export const hasFiles = ({ dataTransfer }: DragEvent): boolean =>
  dataTransfer?.types.includes('Files') ?? false;

/**
 * The browser opens a file or a link that is dropped beside a place for it, in the place of the page: nothing happens instead.
 * Text still goes into fields.
 */
export function refuseDrops(): void {
  const refuse = (event: DragEvent) => {
    if (event.defaultPrevented || (takesText(event.target) && !hasFiles(event))) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'none';
  };
  addEventListener('dragover', refuse);
  addEventListener('drop', refuse);
}
