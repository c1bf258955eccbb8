/** Two people in a call and one who asks, without browsers: what they do while something of the server's is away. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import type { ChatMessage } from '../../src/protocol/messages.ts';
import { type Client, enterCall, join } from './client.ts';
import type { TestRoom } from './server.ts';
import { until } from './until.ts';

export type Someone = { client: Client; peerId: string; resumeKey: string; token: string };

/** An interviewer and an applicant are in the call, another applicant has asked. */
export async function talk(t: ExecutionContext, server: { url: string }, { tokens }: TestRoom) {
  const entered = await enterCall(t, server, tokens.interviewer);
  const interviewer = someone(entered, tokens.interviewer);
  const [applicant, asking] = [
    someone(await join(t, server, tokens.applicant), tokens.applicant),
    someone(await join(t, server, tokens.applicant), tokens.applicant),
  ];
  await applicant.client.request('requestAdmission', { name: '佐藤花子' });
  await interviewer.client.request('admit', { peerId: applicant.peerId });
  await applicant.client.next('admitted');
  await asking.client.request('requestAdmission', { name: '鈴木一郎' });
  return { interviewer, applicant, asking };
}

const someone = (
  { client, joined }: { client: Client; joined: { peerId: string; resumeKey: string } },
  token: string,
): Someone => ({ client, peerId: joined.peerId, resumeKey: joined.resumeKey, token });

type Talk = Awaited<ReturnType<typeof talk>>;

/** What must go on whatever is away: everything of the call that is not kept for good. */
export async function callGoesOn(
  t: ExecutionContext,
  { interviewer, applicant, asking }: Talk,
): Promise<void> {
  const { peerId } = applicant;
  await interviewer.client.request('setHold', { peerId, held: true });
  t.deepEqual(await applicant.client.next('hold'), { held: true });
  await interviewer.client.request('setHold', { peerId, held: false });
  t.deepEqual(await applicant.client.next('hold'), { held: false });
  await interviewer.client.request('turnOffAll', { device: 'microphone' });
  await applicant.client.next('turnedOff');
  await applicant.client.request('setHand', { raised: true });
  await interviewer.client.request('admit', { peerId: asking.peerId });
  await asking.client.next('admitted');
}

/** How a message was answered, and after how many milliseconds. */
export type Answer = {
  clientId: string;
  text: string;
  ms: number;
  stored: ChatMessage | null;
  code: string | null;
};

export async function says(
  { client }: Pick<Someone, 'client'>,
  text: string,
  clientId: string = randomUUID(),
): Promise<Answer> {
  const start = performance.now();
  const frame = await client.ask('sendChat', { clientId, text });
  if ('event' in frame) throw new Error('a notification is no answer');
  const ms = performance.now() - start;
  return {
    clientId,
    text,
    ms,
    stored: frame.ok ? (frame.result as ChatMessage) : null,
    code: frame.ok ? null : frame.error.code,
  };
}

/**
 * Says one thing after the other, about one in a second, until told to stop; what was not stored is said again with the
 * same clientId, as the page does when its button is pressed. Resolves with everything that was acknowledged.
 */
export function keepsTalking(someone: Pick<Someone, 'client'>) {
  const answers: Answer[] = [];
  let isOver = false;
  const talking = (async () => {
    for (let i = 0; !isOver; i++) {
      const clientId = randomUUID();
      const saysIt = async () => {
        const answer = await says(someone, `message ${i}`, clientId);
        answers.push(answer);
        if (answer.stored || isOver) return true;
        await delay(1000);
        return false;
      };
      await until(`message ${i} is stored`, saysIt, { withinMs: 150_000 });
      await delay(250);
    }
  })();
  // Where the test fails, its reason is another.
  talking.catch(() => undefined);
  return {
    answers,
    async stop(): Promise<ChatMessage[]> {
      isOver = true;
      await talking;
      return answers.flatMap(({ stored }) => stored ?? []);
    },
  };
}

/** Waits until a message is answered as `isSo` says, asking again as people do. */
export async function untilSaid(
  someone: Pick<Someone, 'client'>,
  text: string,
  isSo: (answer: Answer) => boolean = ({ stored }) => stored !== null,
): Promise<Answer> {
  const clientId = randomUUID();
  let last: Answer | undefined;
  const asks = async () => {
    last = await says(someone, text, clientId);
    if (isSo(last)) return last;
    await delay(500);
    return null;
  };
  return until(`「${text}」 is answered as it should be`, asks, { withinMs: 120_000 }).catch((cause) => {
    throw new Error(`${cause.message}; answered last: ${JSON.stringify(last)}`, { cause });
  });
}
