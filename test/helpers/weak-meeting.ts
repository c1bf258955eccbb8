/** Two people in a call, the applicant behind a line that can become bad; both speak, and move before the camera. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { writeBusyPicture } from './busy-picture.ts';
import type { Person } from './interview.ts';
import { meetAt } from './meeting.ts';
import { takePorts } from './ports.ts';
import { startServer } from './server.ts';
import { temporaryFolder } from './store.ts';
import { makeWeakLine, type WeakLine } from './weak-line.ts';

export type WeakMeeting = { line: WeakLine; interviewer: Person; applicant: Person };

export type WeakMeetingOptions = {
  /** What both say: a WAV file's content. */
  wav: Buffer;
  long?: boolean;
};

/** A line has an address that is not this machine's own name: the browser says what it does not do there. */
const atPlainHttp = /Cross-Origin-Opener-Policy|net::ERR_/;

/** Both are in the call, over a line that is still good. */
export async function meetOverLine(
  t: ExecutionContext,
  { wav, long = false }: WeakMeetingOptions,
): Promise<WeakMeeting> {
  const { portMin: mediaPort, portMax: relayPort } = takePorts(2);
  const line = await makeWeakLine(t, { ...(long && { far: { mediaPort, relayPort } }) });
  const server = await startServer(t, {
    'http.host': '0.0.0.0',
    'http.allowPlain': true,
    'media.portMin': mediaPort,
    'media.portMax': mediaPort,
  });
  const folder = await temporaryFolder(t);
  const devices = { camera: join(folder, 'camera.y4m'), microphone: join(folder, 'microphone.wav') };
  await Promise.all([writeBusyPicture(devices.camera), writeFile(devices.microphone, wav)]);
  const url = `http://${line.hostAddress}:${server.port}`;
  const applicant = {
    devices,
    url,
    executablePath: line.chromium,
    expected: atPlainHttp,
    args: [`--unsafely-treat-insecure-origin-as-secure=${url}`],
  };
  const meeting = await meetAt(t, server, { interviewer: { devices }, applicant });
  return { line, interviewer: meeting.interviewer, applicant: meeting.applicant };
}
