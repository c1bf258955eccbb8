/** The call's functions by their names, with two browsers on a real server. */
import { readFile } from 'node:fs/promises';
import test from 'ava';
import { centreColour, isNear } from '../helpers/fake-media.ts';
import { type Person, person } from '../helpers/interview.ts';
import { isOnTop } from '../helpers/is-on-top.ts';
import { MediaWatch } from '../helpers/media-watch.ts';
import { green, meet, more, violet } from '../helpers/meeting.ts';
import { sizes } from '../helpers/screens.ts';
import { startServer } from '../helpers/server.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { becomes, until } from '../helpers/until.ts';

shareBrowsers(test);

const says = ({ page }: Person, text: string | RegExp) => page.getByText(text).first().waitFor();
const gone = ({ page }: Person, text: string | RegExp) =>
  page.getByText(text).first().waitFor({ state: 'detached' });
const list = ({ page }: Person) => page.getByRole('region', { name: '参加者' });

test.serial('who merely waits costs the media server nothing; who asks to come in is ready', async (t) => {
  const watch = new MediaWatch(t, { direct: false });
  const server = await startServer(t);
  const room = await server.room();
  const applicant = await person(t, 'applicant', { colour: violet, hertz: 660 });
  const untilThereAre = (count: number) =>
    until(`there are ${count} transports`, async () => (await watch.transports()).length === count);
  await applicant.page.goto(`${server.url}/room#${room.tokens.applicant}`);
  await applicant.button('待機画面へ進む').waitFor();
  await untilThereAre(2);
  await applicant.button('待機画面へ進む').click();
  await untilThereAre(0);
  await applicant.page.getByLabel('お名前').fill('佐藤花子');
  await applicant.button('参加をリクエストする').click();
  await untilThereAre(2);
  // At once it would be taken for the second half of a double press.
  await applicant.page.waitForTimeout(1_100);
  await applicant.button('管理者の承認をお待ちください').click();
  await untilThereAre(0);
  t.deepEqual((await watch.look()).producers, []);
});

test.serial('a hand is seen on the tile, told to the others, and taken down again', async (t) => {
  const { interviewer, applicant } = await meet(t);
  await applicant.button('手を挙げる').click();
  await says(interviewer, '佐藤花子さんが手を挙げています');
  const hand = interviewer.page.getByRole('img', { name: '佐藤花子さんが手を挙げています' });
  await hand.waitFor();
  await applicant.page.reload();
  await applicant.button('手を下げる').click();
  await hand.waitFor({ state: 'detached' });
  t.pass();
});

test.serial(
  'hold: neither sees nor hears the other, the chat stays, and only the interviewer ends it',
  async (t) => {
    const { interviewer, applicant } = await meet(t);
    await interviewer.button('参加者').click();
    await list(interviewer).getByRole('button', { name: '保留', exact: true }).click();
    await says(applicant, '管理者によって保留中に設定されました');
    await becomes(t, () => applicant.page.locator('video').count(), 0);
    await says(interviewer, '保留中');
    await interviewer.writes('少々お待ちください');
    await applicant.page.getByRole('button', { name: /^チャット/ }).click();
    await says(applicant, '少々お待ちください');
    await applicant.page.reload();
    await says(applicant, '管理者によって保留中に設定されました');
    await becomes(t, () => applicant.button('保留を解除').count(), 0);
    await interviewer.button('参加者').click();
    await becomes(
      t,
      () => list(interviewer).getByRole('button', { name: '画面をキャプチャする' }).isDisabled(),
      true,
    );
    await list(interviewer).getByRole('button', { name: '保留を解除', exact: true }).click();
    await gone(applicant, '管理者によって保留中に設定されました');
    await Promise.all([applicant.sees(green), interviewer.sees(violet)]);
    await Promise.all([applicant.hears(440), interviewer.hears(660)]);
  },
);

test.serial(
  'the other’s picture is captured in its own colours, and not while the camera is off',
  async (t) => {
    const { interviewer, applicant } = await meet(t);
    await interviewer.sees(violet);
    await interviewer.button('参加者').click();
    const capture = list(interviewer).getByRole('button', { name: '画面をキャプチャする' });
    // On a phone the list lies over everything, but not over what became of what was pressed in it.
    await interviewer.page.setViewportSize({ width: 390, height: 844 });
    const [download] = await Promise.all([interviewer.page.waitForEvent('download'), capture.click()]);
    const told = interviewer.page.getByText('画像をこの端末に保存しました。');
    await told.waitFor();
    t.true(await told.evaluate(isOnTop));
    t.regex(download.suggestedFilename(), /^佐藤花子_\d{8}-\d{6}\.png$/);
    const picture = await readFile(await download.path());
    const page = await interviewer.context.newPage();
    await page.setContent(`<img src="data:image/png;base64,${picture.toString('base64')}">`);
    const [red, grn, blue] = await page.evaluate(async () => {
      const image = document.images[0] as HTMLImageElement;
      await image.decode();
      const canvas = document.createElement('canvas');
      Object.assign(canvas, { width: image.naturalWidth, height: image.naturalHeight });
      const context = canvas.getContext('2d') as CanvasRenderingContext2D;
      context.drawImage(image, 0, 0);
      return [...context.getImageData(image.naturalWidth / 2, image.naturalHeight / 2, 1, 1).data];
    });
    t.true(isNear([red ?? 0, grn ?? 0, blue ?? 0], violet));
    await applicant.button('カメラ').click();
    await list(interviewer).getByRole('img', { name: 'カメラはオフです' }).waitFor();
    await becomes(t, () => capture.isDisabled(), true);
  },
);

test.serial(
  'everyone is muted and their cameras turned off, each is told and may turn them on',
  async (t) => {
    const { interviewer, applicant } = await meet(t);
    await more(interviewer, '全員をミュート');
    await says(applicant, '担当者がマイクをオフにしました。');
    await interviewer.page.getByRole('img', { name: 'マイクはオフです' }).waitFor();
    await becomes(t, () => applicant.button('マイク').getAttribute('aria-pressed'), 'false');
    await applicant.button('オンにする').click();
    await interviewer.page.getByRole('img', { name: 'マイクはオフです' }).waitFor({ state: 'detached' });
    await interviewer.hears(660);
    await more(interviewer, '全員のカメラを無効にする');
    await says(applicant, '担当者がカメラをオフにしました。');
    await interviewer.page.getByRole('img', { name: 'カメラはオフです' }).waitFor();
    await becomes(
      t,
      () => interviewer.button('カメラ').getAttribute('aria-pressed'),
      'true',
      'one’s own stays',
    );
  },
);

test.serial(
  'muted and then without camera: one word for both, and one way back; the interviewer sees the count',
  async (t) => {
    const { interviewer, applicant } = await meet(t);
    await more(interviewer, '全員をミュート');
    await says(interviewer, '1名のマイクをオフにしました。');
    await says(applicant, '担当者がマイクをオフにしました。');
    await more(interviewer, '全員のカメラを無効にする');
    await says(interviewer, '1名のカメラをオフにしました。');
    await says(applicant, '担当者がマイクとカメラをオフにしました。');
    for (const [name, size] of Object.entries(sizes)) {
      await Promise.all([interviewer, applicant].map(({ page }) => page.setViewportSize(size)));
      await interviewer.shows(`turned-off-all-${name}`);
      await applicant.shows(`turned-off-${name}`);
    }
    // The voice goes on meanwhile; that it is not heard stands there already.
    t.is(await applicant.page.getByText('マイクがオフになっています').count(), 0);
    await applicant.button('オンにする').click();
    await interviewer.hears(660);
    await interviewer.sees(violet);
    await gone(applicant, '担当者がマイクとカメラをオフにしました。');
    t.pass();
  },
);

test.serial('how participants enter is the interviewer’s to set, and it is kept', async (t) => {
  const { server, room, interviewer, applicant } = await meet(t, {
    async before({ page }) {
      const settings = page.getByRole('group', { name: '参加者の一括設定' });
      for (const part of ['マイク', 'カメラ', '名前表示']) {
        await settings.getByRole('checkbox', { name: part }).uncheck();
      }
    },
  });
  await says(applicant, 'マイクとカメラはオフの状態で参加しています。');
  for (const device of ['マイク', 'カメラ'])
    await becomes(t, () => applicant.button(device).getAttribute('aria-pressed'), 'false');
  await interviewer.page.getByRole('img', { name: 'カメラはオフです' }).waitFor();
  const tile = interviewer.page.locator('main ul li').first();
  t.false(((await tile.textContent()) ?? '').includes('佐藤花子'), 'the name is not on the tile');
  await interviewer.button('参加者').click();
  await list(interviewer).getByText('佐藤花子').waitFor();
  t.deepEqual((await server.store.rooms.find(room.record.id))?.entry, {
    microphone: false,
    camera: false,
    names: false,
  });
  await applicant.button('カメラ').click();
  await interviewer.sees(violet);
});

test.serial('a screen is shared by one at a time, seen with its sharer, and stopped', async (t) => {
  const { interviewer, applicant } = await meet(t);
  await applicant.button('画面共有').click();
  await says(applicant, /画面(と音声)?を共有しています/);
  await says(interviewer, '佐藤花子さんの画面');
  await says(interviewer, '画面共有中');
  const screen = interviewer.page.getByLabel('佐藤花子さんの画面');
  await interviewer.page.waitForFunction(
    () => [...document.querySelectorAll('video')].filter(({ videoWidth }) => videoWidth > 2).length >= 4,
  );
  await becomes(t, () => screen.isVisible(), true);
  // Its sharer is at its top right, until they turn their camera off.
  const sharer = interviewer.page.locator('main ul li').first().getByLabel('佐藤花子の映像');
  const isAtTopRight = async () => {
    const [outer, inner] = [await screen.boundingBox(), await sharer.boundingBox()];
    if (!outer || !inner) return false;
    return inner.x > outer.x + outer.width / 2 && inner.y < outer.y + outer.height / 2;
  };
  await becomes(t, isAtTopRight, true);
  await interviewer.button('画面共有').click();
  await says(interviewer, 'ほかの方が画面を共有しています。');
  await applicant.button('カメラ').click();
  await sharer.waitFor({ state: 'detached' });
  await more(interviewer, 'ビデオの品質を管理');
  await interviewer.page.getByRole('radio', { name: '音声のみ' }).check();
  await interviewer.page.getByRole('dialog').getByRole('button', { name: '閉じる' }).click();
  await gone(interviewer, '佐藤花子さんの画面');
  await interviewer.button('画面共有').click();
  await says(interviewer, /「音声のみ」では画面を共有できません/);
  const camera = () => interviewer.button('カメラ').getAttribute('aria-pressed');
  t.is(await camera(), 'false');
  await interviewer.page.keyboard.press('Alt+v');
  await becomes(t, camera, 'true', 'the shortcut does what the button does');
  await interviewer.page.getByLabel('佐藤花子さんの画面').waitFor();
  await applicant.page.getByRole('button', { name: '共有を停止' }).first().click();
  await gone(applicant, /画面(と音声)?を共有しています/);
});

test.serial('speaking while muted is told at the lower left, with the way to be heard', async (t) => {
  const { applicant, interviewer } = await meet(t);
  await applicant.button('マイク').click();
  await says(applicant, /^マイクがオフになっています/);
  await applicant.button('マイクをオンにする').click();
  await gone(applicant, 'マイクがオフになっています。話す場合は、マイクをオンにしてください。');
  await interviewer.hears(660);
  await becomes(t, () => applicant.button('マイク').getAttribute('aria-pressed'), 'true');
});

test.serial('who speaks is ringed', async (t) => {
  const { interviewer } = await meet(t);
  await interviewer.page.locator('[data-speaking]').waitFor();
  await becomes(
    t,
    () => interviewer.page.locator('[data-speaking] [aria-label="佐藤花子の映像"]').count(),
    1,
  );
});

test.serial('tiles and enlarged view, by button and by double click', async (t) => {
  const { interviewer } = await meet(t);
  const width = async (name: string) =>
    (await interviewer.page.getByLabel(name, { exact: true }).boundingBox())?.width ?? 0;
  const [other, own] = ['佐藤花子の映像', '毎日太郎の映像'];
  const isEnlarged = async () => (await width(other)) > 3 * (await width(own));
  const areAlike = async () => Math.abs((await width(other)) - (await width(own))) < 2;
  await becomes(t, isEnlarged, true);
  await interviewer.button('タイルビュー').click();
  await becomes(t, areAlike, true);
  await interviewer.page.getByLabel(other, { exact: true }).dblclick();
  await becomes(t, isEnlarged, true);
});

test.serial('the volume of requests is heard as it is chosen, and kept for the next time', async (t) => {
  const { interviewer } = await meet(t);
  await more(interviewer, '参加リクエスト通知音量');
  await interviewer.page.getByRole('radio', { name: '大' }).check();
  await interviewer.page.reload();
  await more(interviewer, '参加リクエスト通知音量');
  await becomes(t, () => interviewer.page.getByRole('radio', { name: '大' }).isChecked(), true);
});

test.serial('shortcuts turn microphone and camera off, open the chat and raise the hand', async (t) => {
  const { interviewer, applicant } = await meet(t);
  const { page, button } = applicant;
  await page.keyboard.press('Alt+KeyA');
  await page.keyboard.press('Alt+KeyV');
  await page.keyboard.press('Alt+KeyY');
  await interviewer.page.getByRole('img', { name: 'マイクはオフです' }).waitFor();
  await interviewer.page.getByRole('img', { name: 'カメラはオフです' }).waitFor();
  await button('手を下げる').waitFor();
  await page.keyboard.press('Alt+KeyH');
  await page.getByRole('textbox', { name: 'メッセージを入力' }).waitFor();
  await more(applicant, 'ヘルプ');
  await page.getByText('Alt+A').waitFor();
  t.pass();
});

test.serial('full screen is entered and left by its name', async (t) => {
  const { applicant } = await meet(t);
  await more(applicant, 'フルスクリーン表示');
  await applicant.page.waitForFunction(() => document.fullscreenElement !== null);
  await more(applicant, 'フルスクリーン表示を終了');
  await applicant.page.waitForFunction(() => document.fullscreenElement === null);
  t.pass();
});

test.serial('the other’s picture keeps its colours in every view', async (t) => {
  const { interviewer } = await meet(t);
  await interviewer.sees(violet);
  const video = interviewer.page.getByLabel('佐藤花子の映像', { exact: true });
  t.true(isNear(await centreColour(video), violet));
});
