/** A person at the page, acting as people do: by the names of what is on the screen. */
import type { ExecutionContext } from 'ava';
import type { BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { launchBrowser, openPage, passCheck, shoot } from './browser.ts';
import {
  type Colour,
  centreColour,
  fakeDevices,
  type Media,
  untilColour,
  waitForTone,
} from './fake-media.ts';

export type Person = {
  page: Page;
  context: BrowserContext;
  /** A button of exactly this name. */
  button(name: string): Locator;
  /** Opens a link and passes the environment check into the waiting room. */
  arrive(url: string): Promise<void>;
  /** Waits until a picture on the page has this colour at its centre. */
  sees(colour: Colour): Promise<void>;
  /** Waits until a tone of this frequency comes from the page. */
  hears(hertz: number): Promise<void>;
  /** Opens the chat if need be and writes. */
  writes(text: string): Promise<void>;
  /** Downloads what the button gives, as text. */
  downloads(name: string): Promise<string>;
  /** A screenshot, named after the person and the moment. */
  shows(moment: string): Promise<void>;
};

export type PersonOptions = {
  /** The environment check was passed at an earlier visit. */
  checked?: boolean;
  context?: BrowserContextOptions;
  args?: string[];
  /** Another program that starts Chromium. */
  executablePath?: string;
  /** Files for the fake devices, in place of a colour and a tone. */
  devices?: { camera: string; microphone: string };
  /** The server as this person's browser reaches it, where that is not as everyone else's. */
  url?: string;
  /** What the page may log as an error. */
  expected?: RegExp;
};

/** A person with a browser, a camera of one colour and a voice of one tone. */
export async function person(
  t: ExecutionContext,
  name: string,
  media: Media,
  { checked = false, context: settings, args, executablePath, devices, expected }: PersonOptions = {},
): Promise<Person> {
  const { context } = await launchBrowser(t, {
    ...(devices ?? (await fakeDevices(media))),
    args,
    executablePath,
    context: {
      locale: 'ja-JP',
      viewport: { width: 1280, height: 800 },
      acceptDownloads: true,
      ...settings,
    },
  });
  if (checked) await passCheck(context);
  const page = await openPage(t, context, 'about:blank', expected);
  const button = (label: string) => page.getByRole('button', { name: label, exact: true });
  return {
    page,
    context,
    button,
    async arrive(url) {
      await page.goto(url);
      if (!checked) await button('待機画面へ進む').click();
    },
    sees: (colour) => untilSeen(page, colour),
    hears: (hertz) => waitForTone(page, hertz),
    async writes(text) {
      const field = page.getByRole('textbox', { name: 'メッセージを入力' });
      if (!(await field.isVisible())) await page.getByRole('button', { name: /^チャット/ }).click();
      await field.fill(text);
      await field.press('Control+Enter');
    },
    async downloads(label) {
      const [download] = await Promise.all([page.waitForEvent('download'), button(label).click()]);
      const chunks: Buffer[] = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8');
    },
    shows: (moment) => shoot(page, `${name}-${moment}`),
  };
}

async function untilSeen(page: Page, colour: Colour): Promise<void> {
  const look = async () => {
    const videos = await page.locator('video').all();
    // One that goes meanwhile shows nothing.
    const shown = videos.map((video) => centreColour(video, { timeout: 1_000 }).catch(() => []));
    return (await Promise.all(shown)).filter((each) => each.length > 0) as Colour[];
  };
  await untilColour(look, colour);
}
