import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

type FileChooserProps = {
  /** Types of files, as the attribute `accept` has them; without it all. */
  accept?: string;
  multiple?: boolean;
  onFiles: (files: File[]) => void;
  /** What is pressed to choose: it calls `choose`. */
  children: (choose: () => void) => ComponentChildren;
};

/** Lets the person choose files of the device, by a control of ours. */
export function FileChooser({ accept, multiple, onFiles, children }: FileChooserProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        class="hidden"
        type="file"
        accept={accept}
        multiple={multiple}
        tabIndex={-1}
        aria-hidden
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          // The same file again is a choice again.
          currentTarget.value = '';
        }}
      />
      {children(() => input.current?.click())}
    </>
  );
}
