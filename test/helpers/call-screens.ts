/** The call's screens, panels and dialogs: to be looked at in test/screenshots, and checked for what can be. */
import { randomUUID } from 'node:crypto';
import type { ExecutionContext, TestFn } from 'ava';
import { enterCall, join } from './client.ts';
import { enterWorld, type LanguageName, languages, press, untilPictures, type World } from './screens.ts';

/** A square of 16 pixels, in one blue. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFklEQVR42mOImnaHJMQwqmFUw/DVAAAKUMwQVF8N5QAAAABJRU5ErkJggg==',
  'base64',
);

/** Both in the call, with the others that are asked for as programs without a picture. */
async function inCall(t: ExecutionContext, { server, open, words }: World, more = 0) {
  const { tokens } = await server.room({ applicantSeats: 1 + more });
  const interviewer = await open(tokens.interviewer);
  await interviewer.getByLabel(words.waiting.company).fill('株式会社エントリーポケット');
  await interviewer.getByLabel(words.waiting.name, { exact: true }).fill('毎日太郎');
  await press(interviewer, words.waiting.connect);
  const applicant = await open(tokens.applicant);
  await applicant.getByLabel(words.waiting.name).fill('佐藤花子');
  await press(applicant, words.waiting.request);
  await press(interviewer, words.call.allow);
  await applicant.getByRole('button', { name: words.call.bar.leave, exact: true }).waitFor();
  await Promise.all([interviewer, applicant].map(untilPictures));
  const others = [];
  for (let i = 0; i < more; i++) {
    const { client } = await join(t, server, tokens.applicant);
    await client.request('setDevices', { microphone: i % 2 === 0, camera: false });
    await client.request('requestAdmission', { name: `応募者${i + 1}` });
    await press(interviewer, words.call.allow);
    await client.next('admitted');
    others.push(client);
  }
  return { interviewer, applicant, others };
}

/** The tests of a file: all that a call can show, in one language. */
export function testCallScreens(test: TestFn, language: LanguageName): void {
  const words = languages[language];
  const { bar, menu, people, chat } = words.call;

  test.serial(`${language}: the waiting room's dialogs`, async (t) => {
    const { server, open, look } = await enterWorld(t, language);
    const { tokens } = await server.room();
    const page = await open(tokens.applicant);
    const opens = async (by: string, name: string) => {
      await press(page, by);
      await page.getByRole('dialog').waitFor();
      await untilPictures(page);
      await look(page, name, [page.getByRole('dialog').getByRole('button', { name: words.close }).first()]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    };
    await opens(words.device.settings, 'device-settings');
    await opens(words.device.background, 'background');
    await opens(words.help, 'help');
  });

  test.serial(`${language}: the interviewer has lost the line`, async (t) => {
    const { server, open, look } = await enterWorld(t, language);
    const { tokens } = await server.room();
    const { client } = await enterCall(t, server, tokens.interviewer);
    const page = await open(tokens.applicant);
    await page.getByLabel(words.waiting.name).fill('佐藤花子');
    await press(page, words.waiting.request);
    await client.request('admit', { peerId: (await client.next('peerUpdated')).peer.id });
    await page.getByRole('button', { name: bar.leave, exact: true }).waitFor();
    client.socket.terminate();
    await page.getByText(words.call.interviewerAway.lost).waitFor();
    await look(page, 'call-interviewer-lost', [page.getByText(words.call.interviewerAway.lost)]);
  });

  test.serial(`${language}: the call's panels, menus and dialogs`, async (t) => {
    const world = await enterWorld(t, language);
    const { look } = world;
    const { interviewer, applicant } = await inCall(t, world);

    await press(interviewer, bar.more);
    await look(interviewer, 'call-more-interviewer');
    await interviewer.keyboard.press('Escape');
    await press(applicant, bar.more);
    await look(applicant, 'call-more-applicant');
    await applicant.keyboard.press('Escape');
    for (const [name, file] of [
      [menu.volume, 'call-volume'],
      [menu.quality, 'call-quality'],
    ] as const) {
      await press(interviewer, bar.more);
      await press(interviewer, name);
      await interviewer.getByRole('dialog').waitFor();
      await look(interviewer, file);
      await interviewer.keyboard.press('Escape');
    }

    await press(interviewer, bar.people);
    await press(applicant, bar.raise);
    await interviewer.getByText(words.call.popups.hand('佐藤花子')).first().waitFor();
    await look(interviewer, 'call-people-hand');
    await press(interviewer, bar.chat);
    const field = interviewer.getByRole('textbox');
    await field.fill('スケジュールをお送りします。');
    await field.press('Control+Enter');
    const files = interviewer.locator('input[type=file]');
    await files.setInputFiles([
      { name: 'スケジュール.txt', mimeType: 'text/plain', buffer: Buffer.from('10:00 面接') },
      { name: '会場の地図.png', mimeType: 'image/png', buffer: picture },
      { name: '大きなファイル.zip', mimeType: 'application/zip', buffer: Buffer.alloc(5 * 1024 * 1024 + 1) },
    ]);
    await interviewer.getByRole('img', { name: '会場の地図.png' }).waitFor();
    await interviewer.getByText(chat.file.tooBig).waitFor();
    await look(interviewer, 'chat-files');
    await press(interviewer, chat.clear);
    await interviewer.getByRole('dialog').waitFor();
    await look(interviewer, 'chat-clearing');
    await press(interviewer, chat.clearing.confirm);
    await interviewer.getByText('スケジュール.txt').first().waitFor({ state: 'detached' });

    await press(interviewer, bar.people);
    const list = interviewer.getByRole('region', { name: people.title });
    await list.getByRole('button', { name: people.hold, exact: true }).click();
    await applicant.getByText(words.call.hold.title).waitFor();
    await look(applicant, 'call-held');
    await look(interviewer, 'call-hold');
    await list.getByRole('button', { name: people.endHold, exact: true }).click();
    await applicant.getByText(words.call.hold.title).waitFor({ state: 'detached' });
    await press(interviewer, bar.more);
    await press(interviewer, menu.muteAll);
    const told = applicant.getByText(
      words.call.popups.turnedOff.interviewer(words.call.popups.devices.microphone),
    );
    await told.waitFor();
    await look(applicant, 'call-muted');
    await press(interviewer, bar.people);
    await press(interviewer, bar.toTile);
    await look(interviewer, 'call-two-tiles');

    await press(applicant, bar.share);
    await interviewer.getByText(words.call.sharing.title('佐藤花子')).waitFor();
    await press(interviewer, bar.toEnlarged);
    await untilPictures(interviewer);
    await look(interviewer, 'call-sharing-seen');
    await look(applicant, 'call-sharing-own');
  });

  for (const count of [3, 6, 10]) {
    test.serial(`${language}: ${count} people`, async (t) => {
      const world = await enterWorld(t, language);
      const { interviewer, others } = await inCall(t, world, count - 2);
      await others[0]?.request('sendChat', { clientId: randomUUID(), text: 'よろしくお願いします' });
      await interviewer.getByRole('button', { name: bar.unread(1) }).waitFor();
      // Of so many, those who have just come are told of over tiles.
      const said = interviewer.getByRole('status').getByRole('button', { name: words.close });
      while ((await said.count()) > 0) await said.first().click();
      await world.look(interviewer, `call-${count}-tiles`);
      await press(interviewer, bar.toEnlarged);
      await world.look(interviewer, `call-${count}-enlarged`);
    });
  }
}
