/** A whole interview where one person's network lets out TCP 443 alone, over the files of deploy/ as an operator uses them. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import test from 'ava';
import { ja } from '../../src/web/i18n/ja.ts';
import { waysInUse } from '../helpers/fake-media.ts';
import { type Person, person } from '../helpers/interview.ts';
import { green, violet } from '../helpers/meeting.ts';
import { type Site, startSite, type Visitor } from '../helpers/only-443.ts';

/** From now on nothing leaves this machine but to TCP 443 of others, and nobody is told. */
const letOut443 = ({ machine }: Visitor) =>
  machine.firewall(`table inet only443 {
    chain out {
      type filter hook output priority 0; policy drop;
      oifname "lo" accept
      tcp dport 443 accept
    }
  }`);

/** The server's own firewall, as the product says that it has to be. */
const shutServer = ({ server, webinterview }: Site) =>
  server.firewall(server.run(...webinterview('firewall', '--format', 'nftables')));

/** What 「セキュリティ」 of the environment check says, once it is decided. */
async function security({ page }: Person): Promise<string> {
  const { items, states } = ja.check;
  const item = page.getByRole('listitem').filter({ hasText: items.security });
  await item.getByText(new RegExp(`^(${states.ok}|${states.ng})$`)).waitFor({ timeout: 60_000 });
  return item.innerText();
}

/** The person sends a file of 5 MB in the chat; resolves with it as the other has it. */
async function sendFile(from: Person, to: Person, content: Buffer): Promise<Buffer> {
  for (const { page } of [from, to]) await page.getByRole('button', { name: /^チャット/ }).click();
  const file = { name: '履歴書.pdf', mimeType: 'application/pdf', buffer: content };
  await from.page.locator('input[type=file]').setInputFiles(file);
  const [download] = await Promise.all([
    to.page.waitForEvent('download'),
    to.button('履歴書.pdfをダウンロード').click(),
  ]);
  return readFile(await download.path());
}

test.serial(
  'only TCP 443 open: the check is passed through the relay, and both see and hear each other',
  async (t) => {
    const site = await startSite(t);
    const [open, shut] = [await site.visitor(), await site.visitor()];
    shutServer(site);
    letOut443(shut);
    const { tokens } = await site.room();
    const [interviewer, applicant] = await Promise.all([
      person(...([t, 'interviewer', { colour: green, hertz: 440 }] as const), {
        checked: true,
        executablePath: open.chromium,
      }),
      person(t, 'applicant', { colour: violet, hertz: 660 }, { executablePath: shut.chromium }),
    ]);
    await interviewer.arrive(`${site.url}/room#${tokens.interviewer}`);
    await interviewer.page.getByLabel('会社名').fill('株式会社サンプル');
    await interviewer.page.getByLabel('お名前').fill('毎日太郎');
    await interviewer.button('接続').click();

    await applicant.page.goto(`${site.url}/room#${tokens.applicant}`);
    const found = await security(applicant);
    t.regex(found, /OK/);
    t.regex(found, /（中継サーバー経由、往復\d+ミリ秒）/);
    await applicant.shows('check-only-443');
    await applicant.button('待機画面へ進む').click();
    await applicant.page.getByLabel('お名前').fill('佐藤花子');
    await applicant.button('参加をリクエストする').click();
    await interviewer.button('許可する').click();
    await Promise.all([interviewer.sees(violet), applicant.sees(green)]);
    await Promise.all([interviewer.hears(660), applicant.hears(440)]);
    t.deepEqual(await waysInUse(applicant.page), ['relay tls', 'relay tls']);
    t.deepEqual(await waysInUse(interviewer.page), ['host udp', 'host udp']);

    const content = randomBytes(5 * 1024 * 1024);
    t.true((await sendFile(applicant, interviewer, content)).equals(content));
    await Promise.all([interviewer.sees(violet), applicant.sees(green)]);
    await applicant.shows('call-only-443');
  },
);
