/**
 * Makes the pictures of the README (docs/images) and of the help (src/web/pictures) anew, from the product itself with
 * drawn people before the cameras: `npm run pictures`. Needs ffmpeg beside what the tests need.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { en as callEn } from '../../src/web/i18n/call/en.ts';
import { ja as callJa } from '../../src/web/i18n/call/ja.ts';
import { en } from '../../src/web/i18n/en.ts';
import { ja } from '../../src/web/i18n/ja.ts';
import { inContext } from '../bench/context.ts';
import { launchBrowser, openPage } from '../helpers/browser.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { films } from './people.ts';

const root = join(import.meta.dirname, '../..');
const texts = {
  ja: {
    locale: 'ja-JP',
    page: ja,
    call: callJa,
    people: ['株式会社サンプル', '毎日太郎', '佐藤花子'],
    lines: [
      '本日はよろしくお願いいたします。',
      'よろしくお願いいたします。',
      'まずは簡単に自己紹介をお願いします。',
    ],
  },
  en: {
    locale: 'en-GB',
    page: en,
    call: callEn,
    people: ['Sample Corp.', 'Taro Mainichi', 'Hanako Sato'],
    lines: [
      'Good morning, and thank you for coming.',
      'Good morning.',
      'Please tell us a little about yourself.',
    ],
  },
} as const;
type Language = keyof typeof texts;

await inContext(async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'webinterview-pictures-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const { context } = await launchBrowser(t, {});
  const cameras = await films(await context.newPage(), folder);
  const server = await startServer(t);
  for (const language of ['ja', 'en'] as const) await interview(t, server, { language, cameras, folder });
});
process.exit(0);

type Options = { language: Language; cameras: { interviewer: string; applicant: string }; folder: string };

async function interview(t: ExecutionContext, server: TestServer, { language, cameras, folder }: Options) {
  const text = texts[language];
  const { check, waiting } = text.page;
  const { bar, allow } = text.call;
  const room = await server.room({ name: language === 'ja' ? '9110-1-to' : '9110-2-to' });
  const shoot = async (page: Page, name: string) => {
    const png = join(folder, `${language}-${name}.png`);
    await page.screenshot({ path: png, fullPage: name === 'check' });
    toWebp(png, join(root, 'src/web/pictures', `${language}-${name}.webp`));
    return png;
  };
  const open = async (role: 'interviewer' | 'applicant') => {
    const { context } = await launchBrowser(t, {
      camera: cameras[role],
      context: { locale: text.locale, timezoneId: 'Asia/Tokyo', viewport: { width: 1280, height: 720 } },
    });
    const page = await openPage(t, context, `${server.url}/room#${room.tokens[role]}`);
    const forward = page.getByRole('button', { name: check.proceed });
    await page.waitForFunction((name) => {
      const buttons = [...document.querySelectorAll('button')];
      return buttons.some(
        (button) => button.textContent?.includes(name) && !button.disabled && !button.ariaDisabled,
      );
    }, check.proceed);
    if (role === 'applicant') await shoot(page, 'check');
    await forward.click();
    return page;
  };
  const [company, interviewerName, applicantName] = text.people;
  const interviewer = await open('interviewer');
  await interviewer.getByRole('textbox', { name: waiting.company, exact: true }).fill(company);
  await interviewer.getByRole('textbox', { name: waiting.name, exact: true }).fill(interviewerName);
  await interviewer.getByRole('button', { name: waiting.connect, exact: true }).click();
  const applicant = await open('applicant');
  await applicant.getByRole('textbox', { name: waiting.name, exact: true }).fill(applicantName);
  await applicant.waitForTimeout(1500);
  await shoot(applicant, 'waiting');
  await applicant.getByRole('button', { name: waiting.request }).click();
  await interviewer.getByRole('button', { name: allow }).click();
  await applicant.getByRole('button', { name: bar.leave, exact: true }).waitFor();
  for (const [index, line] of text.lines.entries()) {
    await write(index === 1 ? applicant : interviewer, bar.chat, line);
    await applicant.waitForTimeout(700);
  }
  // Until the picture has come to its full size.
  await interviewer.waitForTimeout(8000);
  await interviewer.mouse.move(400, 300);
  const call = await shoot(interviewer, 'call');
  if (language === 'ja') execFileSync('cp', [call, join(root, 'docs/images/call.png')]);
}

async function write(page: Page, chat: string, line: string): Promise<void> {
  const field = page.getByRole('textbox');
  if (!(await field.isVisible()))
    await page
      .getByRole('button', { name: new RegExp(`^${chat}`) })
      .first()
      .click();
  await field.fill(line);
  await field.press('Control+Enter');
}

function toWebp(png: string, webp: string): void {
  const options = ['-vf', 'scale=960:-2:flags=lanczos', '-c:v', 'libwebp', '-quality', '72', webp];
  execFileSync('ffmpeg', ['-loglevel', 'error', '-y', '-i', png, ...options]);
}
