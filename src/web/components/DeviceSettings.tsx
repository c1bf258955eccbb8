import { Mic, Volume2 } from 'lucide';
import { useId, useMemo } from 'preact/hooks';
import { isHandheld } from '../browser/support.ts';
import { settingsWords } from '../i18n/settings/index.ts';
import type { DeviceKind } from '../media/deviceProblem.ts';
import { noiseSuppressionSupported } from '../media/noise.ts';
import { mayChooseOutput, outputId } from '../media/output.ts';
import { playTestSound } from '../media/sounds.ts';
import { createDeviceChoice, type DeviceChoice } from '../models/deviceChoice.ts';
import type { Interview } from '../models/interview.ts';
import { Button } from './Button.tsx';
import { CheckBox } from './CheckBox.tsx';
import styles from './DeviceSettings.module.css';
import { Dialog } from './Dialog.tsx';
import { Icon } from './Icon.tsx';
import { LevelBar } from './LevelBar.tsx';
import { Notice } from './Notice.tsx';
import { Video } from './Video.tsx';

/** 「デバイス設定」: which camera, microphone and loudspeaker, each to be tried at once. */
export function DeviceSettings({ interview, onClose }: { interview: Interview; onClose: () => void }) {
  const text = settingsWords.value;
  const { devices, effects } = interview;
  const choice = useMemo(() => createDeviceChoice(interview), [interview]);
  const select = (kind: DeviceKind) => (
    <DeviceSelect
      label={text[kind]}
      devices={devices.list.value.filter((each) => each.kind === inputs[kind])}
      chosen={devices[kind].value?.getSettings().deviceId ?? ''}
      onChoose={(id) => void choice.choose(kind, id)}
    />
  );
  return (
    <Dialog title={text.title} onClose={onClose}>
      <Video video={effects.camera.value} label={text.camera} className={styles.video} />
      {select('camera')}
      {select('microphone')}
      <div class={styles.level}>
        <Icon node={Mic} size={20} />
        <LevelBar track={devices.microphone.value} />
      </div>
      <p class={styles.hint}>{text.level}</p>
      {choice.failed.value && (
        <Notice kind="error">
          <p>{text.failed}</p>
        </Notice>
      )}
      {noiseSuppressionSupported() && (
        <CheckBox label={text.noise} checked={effects.noise.value} onChange={effects.chooseNoise} />
      )}
      {!isHandheld() && <Output interview={interview} choice={choice} />}
    </Dialog>
  );
}

const inputs = { camera: 'videoinput', microphone: 'audioinput' } as const;

function Output({ interview, choice }: { interview: Interview; choice: DeviceChoice }) {
  const text = settingsWords.value;
  const outputs = interview.devices.list.value.filter(({ kind }) => kind === 'audiooutput');
  return (
    <>
      {mayChooseOutput() && (
        <DeviceSelect
          label={text.output}
          devices={outputs}
          chosen={outputId.value || systemOutput(outputs)}
          system={text.systemOutput}
          onChoose={choice.chooseOutput}
        />
      )}
      <div class={styles.sound}>
        <Button kind="secondary" onClick={() => void playTestSound()}>
          <Icon node={Volume2} size={20} />
          {text.sound}
        </Button>
        <p class={styles.hint}>{text.soundHint}</p>
      </div>
    </>
  );
}

/** The id of the system's own choice, where the browser lists it as a device: Firefox does not. */
const systemOutput = (outputs: readonly MediaDeviceInfo[]) =>
  outputs.some(({ deviceId }) => deviceId === 'default') ? 'default' : '';

type DeviceSelectProps = {
  label: string;
  devices: readonly MediaDeviceInfo[];
  /** Empty, or not among the devices: none of them. */
  chosen: string;
  /** What the system's own choice is called, where that may be chosen. */
  system?: string;
  onChoose: (id: string) => void;
};

function DeviceSelect({ label, devices, chosen, system, onChoose }: DeviceSelectProps) {
  const id = useId();
  const text = settingsWords.value;
  const known = devices.filter(({ deviceId }) => deviceId !== '');
  const isListed = known.some(({ deviceId }) => deviceId === chosen);
  const hasSystem = system !== undefined && systemOutput(known) === '';
  return (
    <div class={styles.field}>
      <label for={id}>{label}</label>
      <select
        id={id}
        class={styles.select}
        disabled={known.length === 0}
        value={isListed ? chosen : ''}
        onChange={({ currentTarget }) => onChoose(currentTarget.value)}
      >
        {(hasSystem || !isListed) && (
          <option value="" disabled={!hasSystem}>
            {known.length === 0 ? text.none : (system ?? text.unchosen)}
          </option>
        )}
        {known.map((device, i) => (
          <option key={device.deviceId} value={device.deviceId}>
            {device.label || text.unnamed(label, i + 1)}
          </option>
        ))}
      </select>
    </div>
  );
}
