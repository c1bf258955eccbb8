import { callWords } from '../i18n/call/index.ts';
import { playRequestSound, type Volume, volumes } from '../media/sounds.ts';
import type { Interview } from '../models/interview.ts';
import { Choices } from './Choices.tsx';
import { Dialog } from './Dialog.tsx';

/** 「参加リクエスト通知音量」: heard as it is chosen. */
export function VolumeDialog({ interview, onClose }: { interview: Interview; onClose: () => void }) {
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
