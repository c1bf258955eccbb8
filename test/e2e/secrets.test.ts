/** Where a link's secret and the keys of a seat must not stand: in no address, no Referer, no log and no cookie. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { openSecret, ticketKeyOf } from '../../src/server/secret.ts';
import { connect } from '../helpers/client.ts';
import type { Person } from '../helpers/interview.ts';
import { meet } from '../helpers/meeting.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';

shareBrowsers(test);

const TURN_SECRET = 'a secret that only coturn knows';
/** Of a token: before it stands the link's public id. */
const SECRET_PART = 22;

type Watched = { urls: string[]; referers: unknown[]; cookies: unknown[]; frames: string[] };

test.serial('nothing secret is in an address, a Referer, a cookie or the log', async (t) => {
  const watched = watchServer(t);
  const { server, room, interviewer, applicant } = await meet(t, {
    settings: { 'turn.urls': ['turn:127.0.0.1:9?transport=tcp'], 'turn.secret': TURN_SECRET },
    prepare: (person) => watchPerson(person, watched),
  });
  await interviewer.page.getByRole('button', { name: /^チャット/ }).click();
  const file = { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a') };
  await interviewer.page.locator('input[type=file]').setInputFiles(file);
  await interviewer.page.getByRole('textbox').fill('本日はよろしくお願いします');
  await interviewer.button('送信').click();
  await applicant.page.getByRole('button', { name: /^チャット/ }).click();
  await applicant.downloads('a.txtをダウンロード');
  await applicant.page.reload();
  await applicant.button('退出').waitFor();
  await interviewer.button('退出').click();
  await interviewer.button('退出する').click();
  await interviewer.downloads('チャットダウンロード');
  await makeMistakes(t, server.url, room.tokens.interviewer);

  const config = { ...server.config };
  const secret = await openSecret(config, server.store);
  const secrets = [
    ...Object.values(room.tokens).map((token) => token.slice(SECRET_PART)),
    ...new Set(watched.frames.flatMap(keysIn)),
    secret.toString('hex'),
    secret.toString('base64url'),
    ticketKeyOf(secret).toString('base64url'),
    TURN_SECRET,
  ];
  t.true(secrets.length >= 2 + 2 + 1 + 4, 'tokens, keys of seats, TURN credentials, the server’s own');
  t.true(watched.urls.some((url) => url.startsWith('ws:')) && watched.urls.length > 20);
  const log = JSON.stringify(server.log);
  t.true(log.includes('joined') && log.length > 500);
  for (const each of secrets) {
    t.deepEqual(
      watched.urls.filter((url) => url.includes(each) && !url.includes(`/room#`)),
      [],
    );
    t.false(log.includes(each), 'the log holds a secret');
  }
  const personal = [
    '毎日太郎',
    '佐藤花子',
    '株式会社エントリーポケット',
    'a.txt',
    '本日はよろしく',
    room.record.name,
  ];
  for (const each of personal) t.false(log.includes(each), `the log holds ${each}`);
  t.deepEqual(watched.referers, []);
  t.deepEqual(watched.cookies, []);
  for (const { context, page } of [interviewer, applicant]) {
    t.deepEqual(await context.cookies(), []);
    t.is(await page.evaluate(() => document.cookie), '');
  }
});

/** Every request that reaches a server of this process, and what it answers. */
function watchServer(t: ExecutionContext): Watched {
  const watched: Watched = { urls: [], referers: [], cookies: [], frames: [] };
  const started = (message: unknown) => {
    const { request } = message as { request: IncomingMessage };
    watched.urls.push(String(request.url));
    const { referer, cookie } = request.headers;
    if (referer) watched.referers.push(referer);
    if (cookie) watched.cookies.push(cookie);
  };
  const finished = (message: unknown) => {
    const cookie = (message as { response: ServerResponse }).response.getHeader('set-cookie');
    if (cookie) watched.cookies.push(cookie);
  };
  subscribe('http.server.request.start', started);
  subscribe('http.server.response.finish', finished);
  t.teardown(() => {
    unsubscribe('http.server.request.start', started);
    unsubscribe('http.server.response.finish', finished);
  });
  return watched;
}

/** What the browser asks for, and what it is told at the socket. */
function watchPerson({ context, page }: Person, { urls, frames }: Watched): void {
  context.on('request', (request) => urls.push(request.url()));
  page.on('websocket', (socket) => {
    urls.push(socket.url());
    socket.on('framereceived', ({ payload }) => frames.push(String(payload)));
  });
}

/** The keys and credentials in the answer to a join. */
function keysIn(frame: string): string[] {
  const { result } = JSON.parse(frame) as { result?: Record<string, unknown> };
  if (!result?.resumeKey) return [];
  const [turn] = result.iceServers as { credential: string }[];
  return [String(result.resumeKey), String(turn?.credential)];
}

/** What is answered with an error, and what the server has to say in its log. */
async function makeMistakes(t: ExecutionContext, url: string, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'x-resume-key': 'x' };
  for (const path of ['/api/room/files/nothing', '/api/nothing', '/api/v1/rooms', '/api/internal/status'])
    t.true((await fetch(url + path, { headers })).status >= 400);
  const wrong = await connect(t, { url }, { token: `${token.slice(0, -1)}!` });
  await wrong.closed;
  const client = await connect(t, { url }, { token });
  await client.ask('nothing', { token });
  client.socket.send('not JSON');
  await client.closed;
}
