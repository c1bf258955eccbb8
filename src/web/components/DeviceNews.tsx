import { words } from '../i18n/language.ts';
import type { DeviceKind } from '../media/deviceProblem.ts';
import type { Interview } from '../models/interview.ts';
import { Button } from './Button.tsx';
import { Notice } from './Notice.tsx';

/** In the waiting room: a device that is used instead of another, and one that the system has silenced. */
export function DeviceNews({ interview: { devices } }: { interview: Interview }) {
  const { device, tryAgain } = words.value;
  const change = devices.changed.value;
  const kinds: DeviceKind[] = ['microphone', 'camera'];
  const silent = kinds.filter((kind) => devices.interrupted.value[kind]);
  return (
    <>
      {change && (
        <Notice kind="info">
          <p>{device.changed[change.kind][change.why](change.label)}</p>
        </Notice>
      )}
      {silent.length > 0 && (
        <Notice kind="warning">
          <p>{device.interrupted(device.names(silent))}</p>
          <Button kind="secondary" onClick={() => void devices.renew()}>
            {tryAgain}
          </Button>
        </Notice>
      )}
    </>
  );
}
