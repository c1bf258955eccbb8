import { isIos } from '../browser/ios.ts';
import { platform } from '../browser/platform.ts';
import { type BrowserSupport, isHandheld } from '../browser/support.ts';
import { words } from '../i18n/language.ts';
import type { DeviceProblem } from '../media/deviceProblem.ts';
import type { Interview } from '../models/interview.ts';
import { Button } from './Button.tsx';
import { Notice } from './Notice.tsx';

type Kind = 'camera' | 'microphone';
const kinds: Kind[] = ['camera', 'microphone'];

/** Which device is not there, why, and what to do about it in this browser. */
export function DeviceProblems({ interview: { devices, support } }: { interview: Interview }) {
  const problems = devices.problems.value;
  const groups = groupByProblem(problems);
  if (groups.length === 0) return null;
  return (
    <>
      {groups.map(([problem, affected]) => (
        <Notice key={problem} kind="error" title={words.value.device.title(affected)}>
          <p>{words.value.device.problems[problem]}</p>
          {remedyOf(problem, support) && <p>{remedyOf(problem, support)}</p>}
          {affected.includes('microphone') && <p>{words.value.device.listenOnly}</p>}
          {!affected.includes('microphone') && <p>{words.value.device.withoutCamera}</p>}
          {problem !== 'insecure' && problem !== 'unsupported' && (
            <Button kind="secondary" disabled={devices.opening.value} onClick={() => void devices.open()}>
              {words.value.tryAgain}
            </Button>
          )}
        </Notice>
      ))}
    </>
  );
}

/** What else to do about a problem, where that depends on the browser or the system; empty: nothing. */
export function remedyOf(problem: DeviceProblem, support: BrowserSupport): string {
  if (problem === 'system') return words.value.device.allowInSystem[platform()];
  return problem === 'denied' ? howToAllow(support) : '';
}

/** The way to allow camera and microphone in the browser that is used. */
function howToAllow({ name, inApp }: BrowserSupport): string {
  const { allow } = words.value.device;
  if (name === 'Safari') return isHandheld() ? allow.ios : allow.safari;
  if (isIos()) return allow.iosOther;
  if (name === 'Firefox') return allow.firefox;
  return name === '' || inApp !== null ? allow.other : allow.chromium;
}

function groupByProblem(problems: Record<Kind, DeviceProblem | null>): [DeviceProblem, Kind[]][] {
  const groups = new Map<DeviceProblem, Kind[]>();
  for (const kind of kinds) {
    const problem = problems[kind];
    if (problem) groups.set(problem, [...(groups.get(problem) ?? []), kind]);
  }
  return [...groups];
}
