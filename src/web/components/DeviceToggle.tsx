import { Mic, MicOff, Video, VideoOff } from 'lucide';
import { words } from '../i18n/language.ts';
import { Icon } from './Icon.tsx';

export const deviceIcons = {
  microphone: { on: Mic, off: MicOff },
  camera: { on: Video, off: VideoOff },
};

type DeviceToggleProps = {
  kind: 'microphone' | 'camera';
  on: boolean;
  onToggle: () => void;
  /** Whether the state stands in words as well, where there is room. */
  inWords?: boolean;
  className?: string;
};

/** Microphone or camera on or off; a slash when off. Its name stays the device's. */
export function DeviceToggle({ kind, on, onToggle, inWords, className }: DeviceToggleProps) {
  const { device } = words.value;
  return (
    <button type="button" class={className} aria-label={device[kind]} aria-pressed={on} onClick={onToggle}>
      <Icon node={deviceIcons[kind][on ? 'on' : 'off']} />
      <span aria-hidden>
        {inWords ? `${device[kind]} ${on ? device.on : device.off}` : device.short[kind]}
      </span>
    </button>
  );
}
