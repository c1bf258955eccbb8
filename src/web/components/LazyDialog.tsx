import { useSignal } from '@preact/signals';
import { type ComponentType, createContext } from 'preact';
import { useContext, useEffect } from 'preact/hooks';
import type { Interview } from '../models/interview.ts';

/** The dialogs outside the call, which are loaded when they are opened. */
export type WaitingDialogName = 'settings' | 'background' | 'help';

type DialogProps = { name: WaitingDialogName; interview: Interview | null; onClose: () => void };

/** Fetches the dialogs. The app gives it: what it fetches has the layout in it, which opens these dialogs. */
export const DialogLoader = createContext<() => Promise<{ WaitingDialog: ComponentType<DialogProps> }>>(() =>
  Promise.reject(new Error('no app is around')),
);

/** A dialog whose code comes when it is opened; one that cannot be had now can be asked for again. */
export function LazyDialog(props: DialogProps) {
  const load = useContext(DialogLoader);
  const loaded = useSignal<{ Dialog: ComponentType<DialogProps> } | null>(null);
  useEffect(() => {
    load().then(({ WaitingDialog }) => {
      loaded.value = { Dialog: WaitingDialog };
    }, props.onClose);
  }, []);
  return loaded.value ? <loaded.value.Dialog {...props} /> : null;
}
