import { type ReadonlySignal, signal } from '@preact/signals';
import type { ChatFile } from '../../protocol/messages.ts';
import { FileRefused } from './fetchWhole.ts';
import { type FilesModel, mayPreview } from './files.ts';

/** Up to this size a picture is shown unasked; a larger one on a bad line takes from the voice. */
const UNASKED_BYTES = 512 * 1024;

/** coming: or it is no picture, whatever its name says. */
export type Preview = 'none' | 'offered' | 'coming' | { url: string };

/** unreachable: the line or the server is away. */
type ReadProblem = 'gone' | 'readTooFast' | 'unreachable';

/** A file in the chat, as one person has it on the screen. */
export type ShownFile = {
  /** What its download failed by. */
  problem: ReadonlySignal<ReadProblem | null>;
  preview: ReadonlySignal<Preview>;
  download(): Promise<void>;
  /** Shows the picture that is offered. */
  showPreview(): void;
  /** Shows a small picture unasked; the returned function lets the picture go. */
  begin(): () => void;
};

/** A file of the chat as it is shown: its picture where it is one, and the way to have it. */
export function createShownFile(file: ChatFile, files: Pick<FilesModel, 'download' | 'preview'>): ShownFile {
  const problem = signal<ReadProblem | null>(null);
  const preview = signal<Preview>(firstPreview(file));
  let busy = false;
  let shown = false;

  async function showPreview(): Promise<void> {
    preview.value = 'coming';
    try {
      const url = await files.preview(file);
      if (shown) preview.value = { url };
      else URL.revokeObjectURL(url);
    } catch (error) {
      // What cannot be decoded is no picture; what could not be had may be asked for again.
      if (error instanceof FileRefused && error.why !== 'gone') preview.value = 'offered';
    }
  }

  function end(): void {
    shown = false;
    if (typeof preview.value === 'object') URL.revokeObjectURL(preview.value.url);
  }

  return {
    problem,
    preview,
    async download(): Promise<void> {
      if (busy) return;
      busy = true;
      problem.value = null;
      await files.download(file).catch((error) => {
        problem.value = problemOf(error);
      });
      busy = false;
    },
    showPreview: () => void showPreview(),
    begin() {
      shown = true;
      if (preview.value === 'coming') void showPreview();
      return end;
    },
  };
}

function firstPreview(file: ChatFile): Preview {
  if (!mayPreview(file)) return 'none';
  return file.bytes <= UNASKED_BYTES ? 'coming' : 'offered';
}

function problemOf(error: unknown): ReadProblem {
  if (!(error instanceof FileRefused)) return 'unreachable';
  return ({ tooFast: 'readTooFast', away: 'unreachable', gone: 'gone' } as const)[error.why];
}
