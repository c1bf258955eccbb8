import { Mic, MicOff, Video, VideoOff } from 'lucide';
import { words } from '../i18n/language.ts';
import { Icon } from './Icon.tsx';

/** A device that is on, and one that is off. */
export const deviceIcons = {
  microphone: { on: Mic, off: MicOff },
  camera: { on: Video, off: VideoOff },
};

type DeviceToggleProps = {
  kind: 'microphone' | 'camera';
  on: boolean;
  onToggle: () => void;
  className?: string;
};

/** Microphone or camera on or off; a slash when off. Its name stays the device's. */
export function DeviceToggle({ kind, on, onToggle, className }: DeviceToggleProps) {
  const { device } = words.value;
  return (
    <button type="button" class={className} aria-pressed={on} onClick={onToggle}>
      <Icon node={deviceIcons[kind][on ? 'on' : 'off']} />
      <span>{device.short[kind]}</span>
    </button>
  );
}
