import { notifications } from '../browser/notifications.ts';
import { callWords } from '../i18n/call/index.ts';
import { playRequestSound, type Volume, volumes } from '../media/sounds.ts';
import type { Interview } from '../models/interview.ts';
import { CheckBox } from './CheckBox.tsx';
import { Choices } from './Choices.tsx';
import { Dialog } from './Dialog.tsx';
import { Notice } from './Notice.tsx';

/** 「参加リクエスト通知音量」: heard as it is chosen. */
export function VolumeDialog({ interview, onClose }: { interview: Interview; onClose: () => void }) {
  const { menu, volume } = callWords.value;
  const { interviewer } = interview;
  const names = Object.keys(volumes) as Volume[];
  return (
    <Dialog title={menu.volume} onClose={onClose}>
      <p>{volume.lead}</p>
      <Choices
        label={menu.volume}
        chosen={interviewer.requestVolume.value}
        options={names.map((value) => ({ value, name: volume.names[value] }))}
        onChoose={(value) => {
          interviewer.chooseRequestVolume(value);
          void playRequestSound(value);
        }}
      />
      {notifications.isPossible() && (
        <CheckBox
          label={volume.notify}
          checked={interviewer.notifies.value}
          onChange={async (on, box) => {
            await interviewer.chooseNotifies(on);
            box.checked = interviewer.notifies.value;
          }}
        />
      )}
      {interviewer.notifiesRefused.value && (
        <Notice kind="error">
          <p>{volume.notifyRefused}</p>
        </Notice>
      )}
    </Dialog>
  );
}
