/** One's own background picture: which files are taken, and that this browser keeps it. */
import test, { type ExecutionContext } from 'ava';
import { limits } from '../../src/protocol/limits.ts';
import { launchBrowser, openPage } from '../helpers/browser.ts';
import { type EffectsPage, startEffectsPage } from '../helpers/effects.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';

shareBrowsers(test);

declare const effects: EffectsPage['effects'];

let server: Awaited<ReturnType<typeof startEffectsPage>>;
test.before(async () => {
  server = await startEffectsPage();
});
test.after.always(() => server?.stop());

test.serial('JPEG and PNG are taken by what is in them, up to 512 KB', async (t) => {
  const { check, picture } = await open(t);
  const [jpeg, png] = [await picture('image/jpeg'), await picture('image/png')];
  t.is(await check(jpeg, 'a.jpg'), null);
  t.is(await check(png, 'a.png'), null);
  t.is(await check(png, 'png-named.jpg'), null);
  t.is(await check(png, 'no-name'), null);

  const full = Buffer.concat([png, Buffer.alloc(limits.backgroundBytes - png.length)]);
  t.is(full.length, 512 * 1024);
  t.is(await check(full, 'full.png'), null);
  t.is(await check(Buffer.concat([full, Buffer.alloc(1)]), 'one-more.png'), 'tooBig');
});

test.serial('what is no JPEG and no PNG is refused, whatever its name says', async (t) => {
  const { check } = await open(t);
  const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
  for (const content of [gif, Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), Buffer.alloc(0)])
    t.is(await check(content, 'renamed.png'), 'notPicture');
});

test.serial('files that are cut off or damaged are broken', async (t) => {
  const { check, picture } = await open(t);
  const [jpeg, png] = [await picture('image/jpeg'), await picture('image/png')];
  for (const whole of [jpeg, png]) {
    for (const length of [12, Math.floor(whole.length / 2), whole.length - 2])
      t.is(await check(whole.subarray(0, length), 'cut'), 'broken', `${length} of ${whole.length}`);
  }
  // A camera's thumbnail has an end of its own, ahead of the picture.
  const thumbnail = Buffer.from([0xff, 0xe1, 0x00, 0x06, 0xff, 0xd8, 0xff, 0xd9]);
  const withThumbnail = Buffer.concat([jpeg.subarray(0, 2), thumbnail, jpeg.subarray(2)]);
  t.is(await check(withThumbnail, 'thumbnail.jpg'), null);
  t.is(await check(withThumbnail.subarray(0, -100), 'thumbnail-cut.jpg'), 'broken');
  // Phones append things.
  t.is(await check(Buffer.concat([jpeg, Buffer.from('more')]), 'appended.jpg'), null);
  // Whole by its ends, but nonsense within.
  const damaged = Buffer.from(png);
  damaged.fill(0, 16, 24);
  t.is(await check(damaged, 'damaged.png'), 'broken');
});

test.serial('the picture is there after a reload, and gone when it is forgotten', async (t) => {
  const { page, picture } = await open(t);
  const png = await picture('image/png');
  const kept = () =>
    page.evaluate(async () => {
      const blob = await effects.keptPicture();
      return blob && { size: blob.size, type: blob.type };
    });
  t.is(await kept(), null);
  await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    await effects.keepPicture(new Blob([bytes], { type: 'image/png' }));
  }, png.toString('base64'));
  await page.reload();
  t.deepEqual(await kept(), { size: png.length, type: 'image/png' });
  await page.evaluate(() => effects.forgetPicture());
  t.is(await kept(), null);
});

test.serial('where a browser keeps nothing there is no picture, and keeping one says so', async (t) => {
  const { page } = await open(t);
  await page.evaluate(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('no', 'SecurityError');
    };
  });
  t.is(await page.evaluate(() => effects.keptPicture()), null);
  await page.evaluate(() => effects.forgetPicture());
  await t.throwsAsync(page.evaluate(() => effects.keepPicture(new Blob(['a']))));
});

async function open(t: ExecutionContext) {
  const { context } = await launchBrowser(t);
  const page = await openPage(t, context, server.url);
  return {
    page,
    /** What the page says of a file with these bytes. */
    check: (content: Buffer, name: string) =>
      page.evaluate(
        ([base64, fileName]) => {
          const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
          return effects.checkPicture(new File([bytes], fileName));
        },
        [content.toString('base64'), name] as const,
      ),
    /** A picture that the browser itself has written. */
    async picture(type: string): Promise<Buffer> {
      const base64 = await page.evaluate(async (mime) => {
        const canvas = new OffscreenCanvas(160, 90);
        const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
        for (let x = 0; x < 160; x++) {
          context.fillStyle = `hsl(${(x * 37) % 360} 80% 50%)`;
          context.fillRect(x, 0, 1, 90);
        }
        const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: mime })).arrayBuffer());
        return btoa(String.fromCharCode(...bytes));
      }, type);
      return Buffer.from(base64, 'base64');
    },
  };
}
