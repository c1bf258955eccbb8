import test from 'ava';
import type { ChatMessage } from '../../src/protocol/messages.ts';
import { inOrder, keyOfEntry } from '../../src/web/models/chatOrder.ts';
import type { Upload } from '../../src/web/models/files.ts';

const message = (id: string, second: number): ChatMessage => ({
  id,
  at: `2026-12-01T10:00:0${second}.000Z`,
  peerId: 'p',
  role: 'applicant',
  name: '佐藤花子',
  text: id,
  file: null,
});

const upload = (clientId: string, failedAfter: string | null): Upload => ({
  clientId,
  name: clientId,
  progress: 0,
  problem: failedAfter === null ? null : 'failed',
  failedAfter,
});

test('what could not be sent stays where it failed; what is on its way comes last', (t) => {
  const messages = [message('first', 1), message('second', 2)];
  const failedAfter = messages[0]?.at ?? '';
  const outgoing = [
    { clientId: 'on its way', text: 'a', problem: null, failedAfter: null },
    { clientId: 'failed text', text: 'b', problem: 'failed' as const, failedAfter },
  ];
  const uploads = [
    upload('uploading', null),
    upload('failed at the start', ''),
    upload('failed file', failedAfter),
  ];
  t.deepEqual(inOrder({ messages, outgoing, uploads }).map(keyOfEntry), [
    'failed at the start',
    'first',
    'failed text',
    'failed file',
    'second',
    'on its way',
    'uploading',
  ]);
});

test('it keeps its place when the message before it is deleted', (t) => {
  const [first, second] = [message('first', 1), message('second', 2)];
  const uploads = [upload('failed', first.at)];
  t.deepEqual(inOrder({ messages: [second], outgoing: [], uploads }).map(keyOfEntry), ['failed', 'second']);
});
