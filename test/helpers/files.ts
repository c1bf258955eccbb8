/** The chat's files over HTTP, as somebody in a room asks for them. */
import { randomUUID } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { join } from './client.ts';
import { startServer, type TestServer } from './server.ts';

export type Someone = { token: string; resumeKey: string };

export async function inCall(t: ExecutionContext, seats: { interviewerSeats?: number } = {}) {
  const server = await startServer(t);
  const room = await server.room(seats);
  const { client: interviewer, joined: first } = await join(t, server, room.tokens.interviewer);
  await interviewer.request('enter', { company: '会社', name: '毎日太郎' });
  const { client: applicant, joined: second } = await join(t, server, room.tokens.applicant);
  return {
    server,
    room,
    interviewer,
    applicant,
    applicantId: second.peerId,
    asInterviewer: { token: room.tokens.interviewer, resumeKey: first.resumeKey },
    asApplicant: { token: room.tokens.applicant, resumeKey: second.resumeKey },
    async admit() {
      await applicant.request('requestAdmission', { name: '応募花子' });
      await interviewer.request('admit', { peerId: second.peerId });
      await applicant.next('admitted');
    },
  };
}

export const headersOf = ({ token, resumeKey }: Someone) => ({
  authorization: `Bearer ${token}`,
  'x-resume-key': resumeKey,
});

export function send(
  { url }: Pick<TestServer, 'url'>,
  someone: Someone,
  content: Uint8Array<ArrayBuffer> | string,
  { name = 'スケジュール.txt', type = 'text/plain', clientId = randomUUID() as string } = {},
): Promise<Response> {
  return fetch(`${url}/api/room/files`, {
    method: 'POST',
    body: content,
    headers: {
      ...headersOf(someone),
      'content-type': type,
      'x-client-id': clientId,
      'x-file-name': encodeURIComponent(name),
    },
  });
}

export const read = ({ url }: Pick<TestServer, 'url'>, someone: Someone, id: string) =>
  fetch(`${url}/api/room/files/${id}`, { headers: headersOf(someone) });

export const codeOf = async (answer: Response) => (await answer.json()).error.code;
