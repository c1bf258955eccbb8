/** Why a camera or microphone cannot be had. */

/**
 * denied: by the person or the browser's settings; system: by the operating system, so that the browser's settings do not help;
 * dismissed: the browser's question was closed without an answer.
 */
export type DeviceProblem =
  | 'denied'
  | 'system'
  | 'dismissed'
  | 'missing'
  | 'busy'
  | 'insecure'
  | 'unsupported'
  | 'unknown';

/** What the browser asks the person for before it is used. */
export type DeviceKind = 'microphone' | 'camera';

// The names that W3C mediacapture-main gives getUserMedia's errors, and older ones still met.
const problemNames: Record<string, DeviceProblem> = {
  NotAllowedError: 'denied',
  PermissionDeniedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'missing',
  DevicesNotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
  TrackStartError: 'busy',
  AbortError: 'busy',
  NotSupportedError: 'unsupported',
};

/** The kind of problem behind an error of getUserMedia. */
export async function problemOf(error: unknown, kind: DeviceKind): Promise<DeviceProblem> {
  const problem = nameOfProblem(error);
  if (problem !== 'denied') return problem;
  const { message } = error as Error;
  // Chromium has one name for all three, and no other sign: "Permission denied by system", "Permission dismissed".
  if (/\bsystem\b/i.test(message)) return 'system';
  if (/\bdismissed\b/i.test(message)) return 'dismissed';
  // Firefox and Safari do not say so: but where the browser itself allows it, only the system can have refused.
  return (await isGranted(kind)) ? 'system' : 'denied';
}

/** Whether a person or a system refuses: asking for another device of the same kind is in vain. */
export const isRefusal = (error: unknown): boolean => nameOfProblem(error) === 'denied';

/** Whether the device that was asked for is not there, though another of its kind may be. */
export const isGone = (error: unknown): boolean =>
  error instanceof Error && error.name === 'OverconstrainedError';

function nameOfProblem(error: unknown): DeviceProblem {
  return (error instanceof Error && problemNames[error.name]) || 'unknown';
}

/** Whether the browser's own settings allow it. */
async function isGranted(kind: DeviceKind): Promise<boolean> {
  try {
    const { state } = await navigator.permissions.query({ name: kind });
    return state === 'granted';
  } catch {
    // Not every browser can be asked for each of them.
    return false;
  }
}

/** Why none can be had here, whatever is plugged in; null: they may be asked for. */
export function whyImpossible(): DeviceProblem | null {
  if (!isSecureContext) return 'insecure';
  return typeof navigator.mediaDevices?.getUserMedia === 'function' ? null : 'unsupported';
}
