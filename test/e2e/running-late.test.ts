/** A call that runs longer than its room is open: who was in it comes back into it; and its end, which interviewers see and put off. */
import test from 'ava';
import type { RoomRecord } from '../../src/server/room/records.ts';
import { clock, roomTime } from '../../src/web/i18n/roomTimes.ts';
import { launchBrowser, newContext, openPage, passCheck } from '../helpers/browser.ts';
import type { Person } from '../helpers/interview.ts';
import { meet, violet } from '../helpers/meeting.ts';
import { adminOf, type TestServer } from '../helpers/server.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { collect } from '../helpers/store.ts';

shareBrowsers(test);

/** Puts the end of the room so many milliseconds from now, as the clock would: an administrator may not put it into the past. */
async function endsIn(server: TestServer, { id }: RoomRecord, ms: number): Promise<void> {
  const found = await server.store.readRoom(id);
  if (!found) throw new Error('the room is gone');
  await server.store.rooms.update({ ...found.room, until: new Date(Date.now() + ms) }, []);
  await (await adminOf(server)).live.refresh(id);
}

async function leaves({ button }: Person): Promise<void> {
  await button('退出').click();
  await button('退出する').click();
  await button('再接続').click();
}

test.serial(
  'who presses 「退出」 after the end comes back, as long as the call runs and when it has just ended',
  async (t) => {
    const { server, room, interviewer, applicant } = await meet(t);
    await endsIn(server, room.record, -1_000);
    await leaves(applicant);
    await applicant.button('参加をリクエストする').click();
    await interviewer.button('許可する').click();
    await applicant.button('退出').waitFor();
    await interviewer.sees(violet);

    const { browser } = await launchBrowser(t);
    const context = await newContext(browser);
    await passCheck(context);
    const stranger = await openPage(t, context, `${server.url}/room#${room.tokens.applicant}`);
    await stranger.getByText('受付可能時間外です').waitFor();

    // By mistake: the call ends with it.
    await leaves(interviewer);
    await interviewer.button('接続').click();
    await applicant.button('再接続').click();
    await applicant.button('参加をリクエストする').click();
    await interviewer.button('許可する').click();
    await applicant.button('退出').waitFor();
    t.pass();
  },
);

test.serial(
  'five minutes before the end the interviewer is asked, and puts it off for everyone',
  async (t) => {
    const { server, room, interviewer, applicant } = await meet(t);
    await interviewer.page.getByRole('button', { name: /^経過 \d分/ }).waitFor();
    await interviewer.shows('clock');
    await endsIn(server, room.record, 4 * 60_000);
    const near = interviewer.page.getByText(/が近づいています$/);
    await near.waitFor();
    await interviewer.shows('ending');
    await interviewer.page.setViewportSize({ width: 390, height: 844 });
    await interviewer.shows('ending-phone');
    t.is(
      await applicant.page.getByText(/^(終了予定|経過) /).count(),
      0,
      'nothing counts down before a nervous person',
    );
    await interviewer.button('15分延長').click();
    await near.waitFor({ state: 'detached' });
    const found = await server.store.readRoom(room.record.id);
    const until = found?.room.until.toISOString() ?? '';
    t.true(Date.parse(until) > Date.now() + 15 * 60_000);
    const end = roomTime('ja-JP', until, room.record.timeZone, clock);
    for (const { page } of [interviewer, applicant])
      await page.getByText(new RegExp(`^終了予定が.*${end}.*に変更されました$`)).waitFor();
    const entries = await collect(server.store.audit.entries({ roomId: room.record.id }));
    t.like(
      entries.find(({ action }) => action === 'room.extended'),
      { details: { minutes: 15, until } },
    );

    await endsIn(server, room.record, -1_000);
    await interviewer.page.getByText(/を過ぎました/).waitFor();
    await interviewer.page.getByRole('button', { name: '閉じる' }).first().click();
    await interviewer.page.getByText(/を過ぎました/).waitFor({ state: 'detached' });
  },
);
