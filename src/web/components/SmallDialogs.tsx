import { qualities } from '../../protocol/quality.ts';
import { callWords } from '../i18n/call/index.ts';
import { playRequestSound, type Volume, volumes } from '../media/sounds.ts';
import type { CallModel } from '../models/call.ts';
import type { Interview } from '../models/interview.ts';
import { Button } from './Button.tsx';
import { Choices } from './Choices.tsx';
import { Dialog } from './Dialog.tsx';
import styles from './SmallDialogs.module.css';

type DialogProps = { interview: Interview; onClose: () => void };

/** 「ビデオの品質を管理」 */
export function QualityDialog({ interview, onClose }: DialogProps) {
  const { menu, quality } = callWords.value;
  const options = qualities.map((value) => ({
    value,
    name: quality.names[value],
    hint: quality.hints[value],
  }));
  return (
    <Dialog title={menu.quality} onClose={onClose}>
      <p>{quality.lead}</p>
      <Choices
        label={menu.quality}
        chosen={interview.own.quality.value}
        options={options}
        onChoose={interview.own.chooseQuality}
      />
    </Dialog>
  );
}

/** 「参加リクエスト通知音量」: heard as it is chosen. */
export function VolumeDialog({ interview, onClose }: DialogProps) {
  const { menu, volume } = callWords.value;
  const names = Object.keys(volumes) as Volume[];
  return (
    <Dialog title={menu.volume} onClose={onClose}>
      <p>{volume.lead}</p>
      <Choices
        label={menu.volume}
        chosen={interview.host.requestVolume.value}
        options={names.map((value) => ({ value, name: volume.names[value] }))}
        onChoose={(value) => {
          interview.host.chooseRequestVolume(value);
          void playRequestSound(value);
        }}
      />
    </Dialog>
  );
}

/** Asks before leaving: an interviewer's leaving ends the call for everyone. */
export function LeaveDialog({ interview, onClose }: DialogProps) {
  const { leaving } = callWords.value;
  return (
    <Dialog title={leaving.title} onClose={onClose}>
      <p>{leaving[interview.seat.role.value]}</p>
      <div class={styles.buttons}>
        <Button kind="secondary" onClick={onClose}>
          {leaving.stay}
        </Button>
        <Button kind="danger" onClick={() => void interview.leave()}>
          {leaving.confirm}
        </Button>
      </div>
    </Dialog>
  );
}

/** Asks before 「チャット履歴の全削除」. */
export function ClearChatDialog({ call, onClose }: { call: CallModel; onClose: () => void }) {
  const { clearing } = callWords.value.chat;
  return (
    <Dialog title={clearing.title} onClose={onClose}>
      <p>{clearing.body}</p>
      <div class={styles.buttons}>
        <Button kind="secondary" onClick={onClose}>
          {clearing.cancel}
        </Button>
        <Button kind="danger" onClick={() => void call.clearChat()}>
          {clearing.confirm}
        </Button>
      </div>
    </Dialog>
  );
}
