/** Two people in a call at a server that can die. */
import type { ExecutionContext } from 'ava';
import type { Person } from './interview.ts';
import { green, meetAt, violet } from './meeting.ts';
import { startMortal } from './restart.ts';

/** Waits for words on a person's page. */
export const says = ({ page }: Person, text: string | RegExp) => page.getByText(text).first().waitFor();

/** What a browser logs of a server that is away. */
export const expected = /WebSocket connection|ERR_CONNECTION|Failed to load resource/;

/** Both are in the call and see each other; `settings` are variables of the server's environment. */
export async function meetMortal(
  t: ExecutionContext,
  settings: NodeJS.ProcessEnv = {},
  databaseUrl?: string,
) {
  const server = await startMortal(t, { settings, databaseUrl });
  const people = await meetAt(t, server, { interviewer: { expected }, applicant: { expected } });
  await Promise.all([people.interviewer.sees(violet), people.applicant.sees(green)]);
  return { server, ...people };
}
