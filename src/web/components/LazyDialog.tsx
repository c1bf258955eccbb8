import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Interview } from '../models/interview.ts';
import { loadPages } from '../parts.ts';

export type WaitingDialogName = 'settings' | 'background' | 'help';

type DialogProps = { name: WaitingDialogName; interview: Interview | null; onClose: () => void };

/** A dialog whose code comes when it is opened; one that cannot be had now can be asked for again. */
export function LazyDialog(props: DialogProps) {
  const loaded = useSignal<{ Dialog: ComponentType<DialogProps> } | null>(null);
  useEffect(() => {
    loadPages().then(({ WaitingDialog }) => {
      loaded.value = { Dialog: WaitingDialog };
    }, props.onClose);
  }, []);
  return loaded.value ? <loaded.value.Dialog {...props} /> : null;
}
