/** Where one reads in the chat: at the newest, while pictures come and the window shrinks; and where what failed stands. */
import test from 'ava';
import type { Person } from '../helpers/interview.ts';
import { meet, openChat } from '../helpers/meeting.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { becomes } from '../helpers/until.ts';

shareBrowsers(test);

const log = ({ page }: Person) => page.getByRole('log');

/** How many pixels are below what is shown of the history. */
const below = (person: Person) =>
  log(person).evaluate((list) => Math.round(list.scrollHeight - list.scrollTop - list.clientHeight));

const isAtEnd = async (person: Person) => (await below(person)) < 2;

/** A picture so large that it is no small part of the panel. */
async function picture({ page }: Person): Promise<Buffer> {
  const url = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = 900;
    canvas.height = 1200;
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no canvas');
    context.fillStyle = '#4a7ab5';
    context.fillRect(0, 0, 900, 1200);
    return canvas.toDataURL('image/png');
  });
  return Buffer.from(url.split(',')[1] ?? '', 'base64');
}

const sends = ({ page }: Person, name: string, buffer: Buffer) =>
  page.locator('input[type=file]').setInputFiles({ name, mimeType: 'image/png', buffer });

test.serial('the chat opens at the newest message and stays there, until one reads above', async (t) => {
  const { interviewer, applicant } = await meet(t);
  await openChat(interviewer);
  const content = await picture(interviewer);
  for (const name of ['一枚目.png', '二枚目.png']) {
    await sends(interviewer, name, content);
    await log(interviewer).getByRole('img', { name }).waitFor();
  }
  await interviewer.writes('以上です。');
  await openChat(applicant);
  await log(applicant).getByRole('img', { name: '二枚目.png' }).waitFor();
  await becomes(t, () => isAtEnd(applicant), true, 'with the pictures in it');
  t.true((await log(applicant).evaluate((list) => list.scrollTop)) > 0, 'there is more than fits');
  await applicant.shows('chat-opened');
  for (const size of [
    { width: 1280, height: 500 },
    { width: 390, height: 844 },
    // As under an on-screen keyboard.
    { width: 390, height: 560 },
  ]) {
    await applicant.page.setViewportSize(size);
    await becomes(t, () => isAtEnd(applicant), true, `in ${size.width}×${size.height}`);
  }
  await applicant.shows('chat-opened-phone');
  await log(applicant).evaluate((list) => list.scrollTo({ top: 0 }));
  await becomes(t, async () => (await below(applicant)) > 100, true);
  await sends(interviewer, '三枚目.png', content);
  await log(applicant).getByRole('img', { name: '三枚目.png' }).waitFor();
  await applicant.page.setViewportSize({ width: 1280, height: 720 });
  const button = applicant.page.getByRole('button', { name: '新しいメッセージ' });
  await button.waitFor();
  t.is(await log(applicant).evaluate((list) => list.scrollTop), 0, 'nothing moves who reads above');
  await button.click();
  await becomes(t, () => isAtEnd(applicant), true);
});

test.serial('a refused file stays where it failed, and can be dismissed', async (t) => {
  const { interviewer, applicant } = await meet(t);
  await Promise.all([interviewer, applicant].map(openChat));
  await applicant.writes('一つ目です');
  await log(interviewer).getByText('一つ目です').waitFor();
  await sends(interviewer, '空.txt', Buffer.alloc(0));
  await log(interviewer).getByText('空のファイルは送信できません。').waitFor();
  await applicant.writes('二つ目です');
  await log(interviewer).getByText('二つ目です').waitFor();
  const order = async () => {
    const text = await log(interviewer).innerText();
    return ['一つ目です', '空.txt', '二つ目です'].toSorted((a, b) => text.indexOf(a) - text.indexOf(b));
  };
  await becomes(t, order, ['一つ目です', '空.txt', '二つ目です']);
  await interviewer.shows('chat-refused-file');
  t.is(await interviewer.button('送信をやめる').count(), 0, 'it is not being sent');
  await interviewer.button('空.txtの表示を閉じる').click();
  await log(interviewer).getByText('空.txt').waitFor({ state: 'detached' });
});
