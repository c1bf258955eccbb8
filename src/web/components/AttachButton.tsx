import { Paperclip } from 'lucide';
import { useRef } from 'preact/hooks';
import { callWords } from '../i18n/call/index.ts';
import { IconButton } from './IconButton.tsx';

/** Takes files of the person's device. */
export function AttachButton({ onFiles }: { onFiles: (files: File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        class="hidden"
        type="file"
        multiple
        tabIndex={-1}
        aria-hidden
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          // The same file again is a choice again.
          currentTarget.value = '';
        }}
      />
      <IconButton
        icon={Paperclip}
        label={callWords.value.chat.attach}
        titled
        onClick={() => input.current?.click()}
      />
    </>
  );
}
