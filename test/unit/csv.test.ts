import { buffer, text } from 'node:stream/consumers';
import test from 'ava';
import { chatTable } from '../../src/server/records/chat.ts';
import { chatCsv, participantsCsv } from '../../src/server/records/csv.ts';
import { ndjson } from '../../src/server/records/ndjson.ts';
import { participantsTable } from '../../src/server/records/participants.ts';
import { inRoom } from '../../src/server/records/table.ts';
import { aMessage, aRoom, aStay } from '../helpers/store.ts';

const room = aRoom({ name: '9110-1-to' });
const participantsHead = '\uFEFFルーム名,主催者・参加者,企業名,名前,接続開始時間,接続終了時間\r\n';
const chatHead = '\uFEFFタイプ,時刻,主催者・参加者,名前,メッセージ\r\n';

async function* each<T>(...items: T[]) {
  yield* items;
}
/** `text` of stream/consumers takes the BOM for itself. */
const whole = async (stream: Parameters<typeof buffer>[0]) => (await buffer(stream)).toString('utf8');
const chatOf = (...texts: string[]) =>
  whole(chatCsv(room, each(...texts.map((message) => aMessage(room, { text: message })))));
const line = (cell: string) => `全体,2023/12/8 19:11,主催者,毎日太郎,${cell}\r\n`;

test('the participants are as in the manual, with a BOM and CRLF', async (t) => {
  const interviewer = aStay(room, {
    role: 'interviewer',
    company: '株式会社',
    name: '毎日太郎',
    leftAt: new Date('2023-12-08T10:45:00Z'),
  });
  t.is(
    await whole(participantsCsv(room, each(interviewer, aStay(room)))),
    `${participantsHead}9110-1-to,主催者,株式会社,毎日太郎,2023/12/8 19:20,2023/12/8 19:45\r\n9110-1-to,参加者,,佐藤花子,2023/12/8 19:20,\r\n`,
  );
});

test('the chat is as in the manual', async (t) => {
  t.is(await chatOf('本日はよろしくお願いします。'), chatHead + line('本日はよろしくお願いします。'));
});

test('an empty export still has its head', async (t) => {
  t.is(await whole(participantsCsv(room, each())), participantsHead);
  t.is(await whole(chatCsv(room, each())), chatHead);
});

test('commas, quotes and line breaks are quoted', async (t) => {
  const written = await chatOf('a,b', 'say "hi"', 'one\ntwo', 'one\r\ntwo');
  t.is(written, chatHead + line('"a,b"') + line('"say ""hi"""') + line('"one\ntwo"') + line('"one\r\ntwo"'));
});

test('what a spreadsheet takes for a formula is defused', async (t) => {
  const written = await chatOf(
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '=HYPERLINK("x","y")',
    'a=1',
    '＝1+1',
    '＋1',
  );
  const cells = [
    "'=1+1",
    "'+1",
    "'-1",
    "'@SUM(A1)",
    "'\t=1",
    `"'=HYPERLINK(""x"",""y"")"`,
    'a=1',
    "'＝1+1",
    "'＋1",
  ];
  t.is(written, chatHead + cells.map(line).join(''));
  const named = await whole(
    participantsCsv({ ...room, name: '-1' }, each(aStay(room, { name: '=cmd', company: '@x' }))),
  );
  t.true(named.endsWith("\r\n'-1,参加者,'@x,'=cmd,2023/12/8 19:20,\r\n"));
});

test('a cell that begins with CR is defused and quoted', async (t) => {
  t.is(await chatOf('\r=1'), `${chatHead}${line(`"'\r=1"`)}`);
});

test('an error of the source is the stream’s', async (t) => {
  async function* failing() {
    yield aMessage(room);
    throw new Error('the database went away');
  }
  await t.throwsAsync(whole(chatCsv(room, failing())), { message: 'the database went away' });
});

test('a reader that stops early stops the source', async (t) => {
  let ended = false;
  async function* endless() {
    try {
      for (;;) yield aMessage(room);
    } finally {
      ended = true;
    }
  }
  const stream = chatCsv(room, endless());
  for await (const _ of stream) break;
  // The source hears of it in a later turn of the event loop.
  while (!ended) await new Promise((resolve) => setImmediate(resolve));
  t.true(stream.destroyed);
});

test('for programs: one JSON object per line, times in UTC', async (t) => {
  const stays = ndjson(participantsTable(), inRoom(room, each(aStay(room))));
  const stay = JSON.parse(await text(stays));
  t.deepEqual(stay, {
    room: '9110-1-to',
    role: 'applicant',
    company: '',
    name: '佐藤花子',
    enteredAt: '2023-12-08T10:20:30.456Z',
    leftAt: null,
    ending: null,
    check: null,
    media: null,
  });
  const messages = inRoom(room, each(aMessage(room), aMessage(room, { text: 'a\nb' })));
  const lines = (await text(ndjson(chatTable(), messages))).split('\n');
  t.is(lines.length, 3);
  t.deepEqual(JSON.parse(lines[1] as string), {
    type: 'all',
    at: '2023-12-08T10:11:12.345Z',
    role: 'interviewer',
    name: '毎日太郎',
    text: 'a\nb',
    file: null,
  });
});

test('a file stands in the record by its name', async (t) => {
  const file = { id: 'x', name: 'スケジュール.txt', type: 'text/plain', bytes: 5 };
  const csv = await whole(chatCsv(room, each(aMessage(room, { text: '', file }))));
  t.true(csv.endsWith('主催者,毎日太郎,【ファイル送信】 スケジュール.txt\r\n'), csv);
});
