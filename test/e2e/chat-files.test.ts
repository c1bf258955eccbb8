/** Files in the chat, deletion and floods, with two browsers on a real server. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import test from 'ava';
import type { Person } from '../helpers/interview.ts';
import { writeMessages } from '../helpers/many-messages.ts';
import { meet, meetAt, openChat } from '../helpers/meeting.ts';
import { startServer } from '../helpers/server.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { becomes } from '../helpers/until.ts';

shareBrowsers(test);

const MB = 1024 * 1024;
const log = ({ page }: Person) => page.getByRole('log');

async function attach(
  { page }: Person,
  name: string,
  buffer: Buffer,
  mimeType = 'text/plain',
): Promise<void> {
  await page.locator('input[type=file]').setInputFiles({ name, mimeType, buffer });
}

/** So many messages, each 「連投N。」, at one go: by hand, on a busy core, they would be no flood. */
async function flood({ page }: Person, count: number): Promise<void> {
  const field = page.getByRole('textbox', { name: 'メッセージを入力' });
  const write = async (element: Element, wanted: number) => {
    const setValue = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set;
    for (let i = 0; i < wanted; i++) {
      setValue?.call(element, `連投${i}。`);
      element.dispatchEvent(new InputEvent('input', { bubbles: true }));
      const init = { key: 'Enter', code: 'Enter', ctrlKey: true, bubbles: true, cancelable: true };
      element.dispatchEvent(new KeyboardEvent('keydown', init));
    }
  };
  await field.evaluate(write, count);
}

test.serial('a file is sent, and had by its button and by a double click, byte for byte', async (t) => {
  const { interviewer, applicant } = await meet(t);
  await Promise.all([interviewer, applicant].map(openChat));
  const content = randomBytes(5 * MB);
  await attach(interviewer, '募集要項.pdf', content, 'application/pdf');
  const name = log(applicant).getByText('募集要項.pdf');
  await name.waitFor();
  for (const act of [() => applicant.button('募集要項.pdfをダウンロード').click(), () => name.dblclick()]) {
    const [download] = await Promise.all([applicant.page.waitForEvent('download'), act()]);
    t.is(download.suggestedFilename(), '募集要項.pdf');
    t.true((await readFile(await download.path())).equals(content));
  }
});

test.serial(
  'what is too big or empty is told before it is sent; a page is a file, and no name a path',
  async (t) => {
    const { interviewer, applicant } = await meet(t);
    await Promise.all([interviewer, applicant].map(openChat));
    await attach(interviewer, '大.zip', Buffer.alloc(5 * MB + 1));
    await log(interviewer).getByText('送信できるファイルは5MBまでです。').waitFor();
    await interviewer.button('大.zipの表示を閉じる').click();
    await attach(interviewer, '空.txt', Buffer.alloc(0));
    await log(interviewer).getByText('空のファイルは送信できません。').waitFor();
    await attach(
      interviewer,
      'page.html',
      Buffer.from('<script>document.title = "taken"</script>'),
      'text/html',
    );
    const [download] = await Promise.all([
      applicant.page.waitForEvent('download'),
      applicant.button('page.htmlをダウンロード').click(),
    ]);
    t.is(download.suggestedFilename(), 'page.html');
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>document.title = "taken"</script></svg>';
    await attach(interviewer, 'picture.svg', Buffer.from(svg), 'image/svg+xml');
    await log(applicant).getByText('picture.svg').waitFor();
    await becomes(
      t,
      () => log(applicant).getByRole('img', { name: 'picture.svg' }).count(),
      0,
      'no preview of what can run',
    );
    await becomes(t, () => applicant.page.title(), 'Web面接');
  },
);

test.serial('a picture that is none is shown as a file alone', async (t) => {
  const { interviewer, applicant } = await meet(t);
  await Promise.all([interviewer, applicant].map(openChat));
  await attach(interviewer, 'photo.png', Buffer.from('GIF89a, or not even that'), 'image/png');
  await log(applicant).getByText('photo.png').waitFor();
  await applicant.page.waitForTimeout(500);
  await becomes(t, () => log(applicant).getByRole('img', { name: 'photo.png' }).count(), 0);
});

test.serial('a file on its way shows how far it is, and can be stopped', async (t) => {
  const { interviewer, applicant } = await meet(t);
  await Promise.all([interviewer, applicant].map(openChat));
  const cdp = await interviewer.context.newCDPSession(interviewer.page);
  await cdp.send('Network.enable');
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 200_000 };
  await cdp.send('Network.emulateNetworkConditions', slow);
  await attach(interviewer, '大.zip', randomBytes(4 * MB));
  // Waits for its turn, and comes as soon as the other is stopped.
  await attach(interviewer, '小.txt', Buffer.from('x'));
  await log(interviewer)
    .getByText(/^送信中 [1-9]\d?%$/)
    .first()
    .waitFor();
  await interviewer.button('送信をやめる').first().click();
  await log(interviewer).getByText('大.zip').waitFor({ state: 'detached' });
  await log(applicant).getByText('小.txt').waitFor();
  await becomes(t, () => log(applicant).getByText('大.zip').count(), 0);
});

test.serial('a line that breaks while a file is sent is told, and the file can be sent again', async (t) => {
  const { interviewer, applicant } = await meet(t, { interviewer: { expected: /net::ERR_FAILED/ } });
  await Promise.all([interviewer, applicant].map(openChat));
  await interviewer.page.route('**/api/room/files', (route) => route.abort(), { times: 1 });
  await attach(interviewer, '資料.txt', Buffer.from('x')).catch(() => undefined);
  await log(interviewer).getByText('ファイルを送信できませんでした。').waitFor();
  await interviewer.button('もう一度送信').click();
  await log(applicant).getByText('資料.txt').waitFor();
  t.pass();
});

test.serial('one deletes one’s own message for everyone; the interviewer deletes all', async (t) => {
  const { interviewer, applicant, server, room } = await meet(t);
  await applicant.writes('間違えました');
  await interviewer.writes('こんにちは');
  await log(interviewer).getByText('間違えました').waitFor();
  await becomes(t, () => interviewer.button('「間違えました」を削除').count(), 0, 'not somebody else’s');
  await log(applicant).getByText('間違えました').hover();
  await applicant.button('「間違えました」を削除').click();
  await log(interviewer).getByText('間違えました').waitFor({ state: 'detached' });
  await becomes(t, () => applicant.button('チャット履歴の全削除').count(), 0);
  await interviewer.button('チャット履歴の全削除').click();
  await interviewer.button('すべて削除する').click();
  for (const someone of [interviewer, applicant])
    await log(someone).getByText('メッセージはまだありません。').waitFor();
  t.deepEqual(await server.store.listMessages(room.record.id), []);
});

test.serial(
  'a flood of messages is slowed down and told; what was taken is there, the rest can be sent again',
  async (t) => {
    const { interviewer, applicant, server, room } = await meet(t);
    await Promise.all([interviewer, applicant].map(openChat));
    await flood(applicant, 15);
    await log(applicant)
      .getByText(/^短時間に多くのメッセージ/)
      .first()
      .waitFor();
    const stored = await server.store.listMessages(room.record.id);
    for (const { text } of stored) await log(interviewer).getByText(text).waitFor();
    await applicant.page.waitForTimeout(2_000);
    await applicant.button('もう一度送信').first().click();
    await log(interviewer).getByText(/^連投/).nth(stored.length).waitFor();
    t.pass();
  },
);

test.serial(
  'a long history is shown from its end, and earlier messages when one asks for them',
  async (t) => {
    const server = await startServer(t);
    const room = async () => {
      const made = await server.room();
      writeMessages(server.config, made.record.id, 250, '発言');
      return made;
    };
    const { applicant } = await meetAt(t, { url: server.url, room });
    const { page } = applicant;
    await openChat(applicant);
    const history = page.getByRole('log', { name: 'チャット' });
    await history.getByText('発言250', { exact: true }).waitFor();
    const earlier = history.getByRole('button', { name: '以前のメッセージを表示' });
    const oldest = history.getByText('発言151', { exact: true });
    await earlier.scrollIntoViewIfNeeded();
    const before = await oldest.boundingBox();
    await earlier.click();
    await history.getByText('発言51', { exact: true }).waitFor({ state: 'attached' });
    const after = await oldest.boundingBox();
    t.true(Math.abs((after?.y ?? 0) - (before?.y ?? 0)) <= 2, 'what one reads stays where it is');
    await earlier.click();
    await history.getByText('発言1', { exact: true }).waitFor({ state: 'attached' });
    await earlier.waitFor({ state: 'detached' });
    t.is(await history.getByText(/^発言\d+$/).count(), 250);
  },
);
