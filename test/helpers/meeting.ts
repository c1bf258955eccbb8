/** Two people in a call, each with a browser of their own, whose pictures and voices are known. */
import type { ExecutionContext } from 'ava';
import type { Colour } from './fake-media.ts';
import { type Person, type PersonOptions, person } from './interview.ts';
import { startServer, type TestRoom, type TestServer } from './server.ts';

export const green: Colour = [40, 160, 80];
export const violet: Colour = [150, 60, 190];

export type Meeting = { server: TestServer; room: TestRoom; interviewer: Person; applicant: Person };

type MeetingOptions = {
  interviewer?: PersonOptions;
  applicant?: PersonOptions;
  settings?: Record<string, unknown>;
  /** What the room is like. */
  room?: Parameters<TestServer['room']>[0];
  /** Before anyone opens a link: nobody does before it is done. */
  prepare?: (person: Person) => unknown;
  /** What the interviewer does in the waiting room, before going into the call. */
  before?: (interviewer: Person) => Promise<void>;
};

/** Both are in the call and see each other. */
export async function meet(t: ExecutionContext, options: MeetingOptions = {}): Promise<Meeting> {
  const server = await startServer(t, options.settings);
  return { server, ...(await meetAt(t, server, options)) };
}

/** As `meet`, at a server that runs already. */
export async function meetAt(
  t: ExecutionContext,
  server: Pick<TestServer, 'url' | 'room'>,
  options: Omit<MeetingOptions, 'settings'> = {},
): Promise<Omit<Meeting, 'server'>> {
  const room = await server.room(options.room);
  const [interviewer, applicant] = await Promise.all([
    person(t, 'interviewer', { colour: green, hertz: 440 }, { checked: true, ...options.interviewer }),
    person(t, 'applicant', { colour: violet, hertz: 660 }, { checked: true, ...options.applicant }),
  ]);
  await Promise.all([interviewer, applicant].map((each) => options.prepare?.(each)));
  const { interviewer: { url: here = server.url } = {}, applicant: { url: there = server.url } = {} } =
    options;
  const interviewerEnters = async () => {
    await interviewer.arrive(`${here}/room#${room.tokens.interviewer}`);
    await interviewer.page.getByLabel('会社名').fill('株式会社エントリーポケット');
    await interviewer.page.getByLabel('お名前').fill('毎日太郎');
    await options.before?.(interviewer);
    await interviewer.button('接続').click();
  };
  const applicantArrives = async () => {
    await applicant.arrive(`${there}/room#${room.tokens.applicant}`);
    await applicant.page.getByLabel('お名前').fill('佐藤花子');
  };
  await Promise.all([interviewerEnters(), applicantArrives()]);
  await applicant.button('参加をリクエストする').click();
  await interviewer.button('許可する').click();
  await applicant.button('退出').waitFor();
  return { room, interviewer, applicant };
}

/** Presses something in 「詳細アクション」. */
export async function more({ button }: Person, name: string): Promise<void> {
  await button('詳細アクション').click();
  await button(name).click();
}

/** By its button, which also counts what was not read. */
export const openChat = ({ page }: Person) => page.getByRole('button', { name: /^チャット/ }).click();
