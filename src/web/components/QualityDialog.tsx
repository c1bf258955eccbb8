import { qualities } from '../../protocol/quality.ts';
import { callWords } from '../i18n/call/index.ts';
import type { Interview } from '../models/interview.ts';
import { Choices } from './Choices.tsx';
import { Dialog } from './Dialog.tsx';

/** 「ビデオの品質を管理」 */
export function QualityDialog({ interview, onClose }: { interview: Interview; onClose: () => void }) {
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
