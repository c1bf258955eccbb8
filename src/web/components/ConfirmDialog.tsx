import { Button } from './Button.tsx';
import styles from './ConfirmDialog.module.css';
import { Dialog } from './Dialog.tsx';

type ConfirmDialogProps = {
  title: string;
  body: string;
  /** What the two buttons say. */
  cancel: string;
  confirm: string;
  onConfirm: () => void;
  onClose: () => void;
};

/** Asks before something that cannot be taken back. */
export function ConfirmDialog({ title, body, cancel, confirm, onConfirm, onClose }: ConfirmDialogProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{body}</p>
      <div class={styles.buttons}>
        <Button kind="secondary" onClick={onClose}>
          {cancel}
        </Button>
        <Button kind="danger" onClick={onConfirm}>
          {confirm}
        </Button>
      </div>
    </Dialog>
  );
}
