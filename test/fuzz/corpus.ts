/** What is known to be bad, from test/fixtures/fuzz-corpus: see its README. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { filledIn, type Known } from './http.ts';
import { say } from './sockets.ts';
import { assertHealthy, type Target } from './target.ts';
import { exchange } from './wire.ts';

type Part = string | [string, number];
type Message = { why: string; text: Part[] };
type Http = { why: string; head: string[]; body: string };

/** Hears of each that was answered. */
type OnDone = (why: string) => void;

const folder = join(import.meta.dirname, '../fixtures/fuzz-corpus');
const read = <T>(name: string): T[] => JSON.parse(readFileSync(join(folder, name), 'utf8'));

/** Each as somebody in the call, on a socket of its own. @throws with the reason of the first that the server fails at */
export async function sayCorpus(t: ExecutionContext, target: Target, onDone?: OnDone): Promise<number> {
  const messages = read<Message>('messages.json');
  // Some are about each other: all at first together, then each alone.
  const texts = messages.map(({ text }) =>
    text.map((part) => (typeof part === 'string' ? part : part[0].repeat(part[1]))).join(''),
  );
  const stage = { role: 'applicant', moment: 'inCall', warm: true } as const;
  await naming('all messages of the corpus', () => say(t, target, { stage, asked: texts }));
  for (const [i, { why }] of messages.entries())
    await naming(why, () => say(t, target, { stage, asked: [texts[i] as string] }), onDone);
  return messages.length;
}

export async function sendCorpus(target: Target, known: Known, onDone?: OnDone): Promise<number> {
  const requests = read<Http>('http.json');
  for (const { why, head, body } of requests) {
    await naming(
      `${why}: ${head[0]?.slice(0, 100)}`,
      async () => {
        const bytes = Buffer.from(`${filledIn(head.join('\r\n'), known)}\r\n\r\n${body}`, 'latin1');
        const { status, text } = await exchange(target.url, bytes, /broke off/.test(why) ? 'go' : 'wait');
        if (status >= 500) throw new Error(text.slice(0, 1000));
        await assertHealthy(target);
      },
      onDone,
    );
  }
  return requests.length;
}

async function naming(why: string, work: () => Promise<void>, onDone: OnDone = () => {}): Promise<void> {
  try {
    await work();
    onDone(why);
  } catch (cause) {
    throw new Error(`${why}: ${(cause as Error).message}`, { cause });
  }
}
