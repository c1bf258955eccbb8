/** In the call on a PC, the link is opened on a phone: the seat moves there, at once or when the interviewer agrees. */
import test, { type ExecutionContext } from 'ava';
import { enterCall, join } from '../helpers/client.ts';
import { type Person, person } from '../helpers/interview.ts';
import { isOnTop } from '../helpers/is-on-top.ts';
import { green, meet, violet } from '../helpers/meeting.ts';
import { enterWorld } from '../helpers/screens.ts';
import type { TestRoom, TestServer } from '../helpers/server.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { collect } from '../helpers/store.ts';
import { becomes } from '../helpers/until.ts';

shareBrowsers(test);

const phoneScreen = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

async function opensOnPhone(t: ExecutionContext, { url }: TestServer, token: string): Promise<Person> {
  const media = { colour: violet, hertz: 660 };
  const phone = await person(t, 'phone', media, { checked: true, context: phoneScreen });
  await phone.arrive(`${url}/room#${token}`);
  await phone.page.getByText('既に通話画面に接続されています。').waitFor();
  return phone;
}

/** How many stays applicants had, and what the audit has of their seat. */
async function recorded({ store }: TestServer, { record }: TestRoom) {
  const stays = (await collect(store.stays(record.id))).filter(({ role }) => role === 'applicant');
  const entries = await collect(store.audit.entries({ roomId: record.id }));
  const seats = entries.map(({ action }) => action).filter((action) => action.startsWith('seat.'));
  return { stays: stays.length, seats };
}

test.serial('the interviewer is asked whether the seat moves to the phone: no, and then yes', async (t) => {
  const { server, room, interviewer, applicant } = await meet(t);
  const phone = await opensOnPhone(t, server, room.tokens.applicant);
  await phone.shows('another-device-taken');
  await phone.page.getByLabel('お名前').fill('さとう');
  await phone.button('この端末に切り替える').click();
  await phone.button('切り替えを取り消す').waitFor();
  await phone.shows('another-device-asked');
  const question = interviewer.page.getByText('佐藤花子さんが別の端末への切り替えを求めています');
  await question.waitFor();
  await interviewer.shows('another-device-question');
  await interviewer.button('拒否する').click();
  await phone.page.getByText('端末の切り替えは許可されませんでした。').waitFor();
  await question.waitFor({ state: 'detached' });
  t.true(await applicant.button('退出').isVisible());

  await phone.button('この端末に切り替える').click();
  await interviewer.button('切り替えを許可する').click();
  await phone.button('退出').waitFor();
  await phone.sees(green);
  await interviewer.sees(violet);
  await phone.page.getByText('佐藤花子（自分）').first().waitFor();
  await applicant.page.getByRole('heading', { name: '別のタブまたは端末で開かれました' }).waitFor();
  await applicant.shows('another-device-replaced');

  // The way back needs nobody's word: it is the same key.
  await applicant.button('このタブで続ける').click();
  await applicant.button('退出').waitFor();
  await applicant.sees(green);
  await phone.button('このタブで続ける').waitFor();
  const expected = {
    stays: 1,
    seats: ['seat.requested', 'seat.refused', 'seat.requested', 'seat.moved'],
  };
  await becomes(t, () => recorded(server, room), expected);
});

test.serial('by a link with the applicant’s name the seat moves at once', async (t) => {
  const { server, room, interviewer, applicant } = await meet(t, { room: { applicants: ['佐藤花子'] } });
  const phone = await opensOnPhone(t, server, room.tokens.applicant);
  await phone.button('この端末に切り替える').click();
  await phone.button('退出').waitFor();
  await phone.sees(green);
  await interviewer.sees(violet);
  await applicant.button('このタブで続ける').waitFor();
  await becomes(t, () => recorded(server, room), { stays: 1, seats: ['seat.moved'] });
});

test.serial('the interviewer goes on by phone too: the PC is asked', async (t) => {
  const { server, room, interviewer, applicant } = await meet(t);
  const phone = await opensOnPhone(t, server, room.tokens.interviewer);
  await phone.button('この端末に切り替える').click();
  await interviewer.button('切り替えを許可する').click();
  await phone.button('退出').waitFor();
  await phone.sees(violet);
  t.true(await applicant.button('退出').isVisible(), 'the call has not ended');
  await interviewer.button('このタブで続ける').waitFor();
});

test.serial('of two by one link it is the name that tells whose seat is meant', async (t) => {
  const { server, open, words } = await enterWorld(t, 'ja');
  const { tokens } = await server.room({ applicantSeats: 2 });
  const { client: host } = await enterCall(t, server, tokens.interviewer);
  for (const name of ['佐藤花子', '鈴木太郎']) {
    const { client, joined } = await join(t, server, tokens.applicant);
    await client.request('requestAdmission', { name });
    await host.request('admit', { peerId: joined.peerId });
  }
  const page = await open(tokens.applicant);
  const name = page.getByLabel(words.waiting.name);
  await name.fill('田中一郎');
  await page.getByRole('button', { name: 'この端末に切り替える' }).click();
  const told = page.getByText(words.waiting.nameUnknown);
  await told.waitFor();
  t.true(await name.evaluate(isOnTop), 'what is to be typed again is in sight');
  await name.fill('鈴木太郎');
  await page.getByRole('button', { name: 'この端末に切り替える' }).click();
  await page.getByRole('button', { name: '切り替えを取り消す' }).waitFor();
  t.is(await told.count(), 0);
});
