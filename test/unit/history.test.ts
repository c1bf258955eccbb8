import test from 'ava';
import type { ChatMessage, Role } from '../../src/protocol/messages.ts';
import { History } from '../../src/server/room/History.ts';
import type { Peer } from '../../src/server/room/Peer.ts';
import type { HistorySetting, LinkRecord, StayPeriod } from '../../src/server/room/records.ts';
import { aPeer } from '../helpers/fake-room.ts';
import { aLink, aRoom } from '../helpers/store.ts';

const at = (minute: number) => new Date(Date.UTC(2030, 3, 1, 10, minute));
const room = aRoom();
const shared = aLink(room, { role: 'applicant', label: '' });
const [hanako, taro] = ['佐藤花子', '鈴木太郎'].map((label) => aLink(room, { role: 'applicant', label })) as [
  LinkRecord,
  LinkRecord,
];
const interviewer = aLink(room, { role: 'interviewer', label: '' });

const comes = (link: LinkRecord) => aPeer(link);
const written = (minute: number): ChatMessage => ({
  id: String(minute),
  at: at(minute).toISOString(),
  peerId: 'somebody',
  role: 'interviewer' as Role,
  name: '毎日太郎',
  text: '',
  file: null,
});

function historyOf(links: LinkRecord[], setting: HistorySetting = null, earlier: StayPeriod[] = []) {
  return new History({ setting, links: [interviewer, ...links] }, earlier);
}

const seen = (history: History, peer: Peer, minutes: number[]) =>
  minutes.filter((minute) => history.sees(peer, written(minute)));

test('with one applicant’s link, all that was written is seen by whoever comes', (t) => {
  for (const link of [shared, hanako]) t.deepEqual(seen(historyOf([link]), comes(link), [1]), [1]);
});

test('with several, an applicant sees what was written while they were there, and the interviewer all', (t) => {
  const history = historyOf([hanako, taro]);
  const [first, second, host] = [comes(hanako), comes(taro), comes(interviewer)];
  const minutes = [5, 10, 15, 20, 25];
  t.deepEqual(seen(history, first, minutes), [], 'not admitted yet');
  history.entered(first, at(10));
  t.deepEqual(seen(history, first, minutes), [10, 15, 20, 25]);
  history.left(first, at(17));
  history.entered(second, at(20), written(15));
  t.deepEqual(seen(history, first, minutes), [10, 15]);
  t.deepEqual(seen(history, second, minutes), [20, 25]);
  t.deepEqual(seen(history, host, minutes), minutes);
});

test('who comes again sees what was written while they were there before, also after a restart', (t) => {
  const history = historyOf([hanako, taro]);
  const first = comes(hanako);
  history.entered(first, at(10));
  history.left(first, at(15));
  history.entered(comes(hanako), at(30));
  t.deepEqual(seen(history, comes(hanako), [5, 12, 20, 35]), [12, 35]);

  const later = historyOf([hanako, taro], null, [{ linkId: hanako.id, enteredAt: at(10), leftAt: at(15) }]);
  later.entered(comes(hanako), at(30));
  t.deepEqual(seen(later, comes(hanako), [5, 12, 20, 35]), [12, 35]);
});

test('a link without a name is nobody’s own: each who comes by it is somebody else', (t) => {
  const history = historyOf([shared, hanako], null, [{ linkId: shared.id, enteredAt: at(1), leftAt: at(5) }]);
  const [one, other] = [comes(shared), comes(shared)];
  history.entered(one, at(10));
  history.entered(other, at(20));
  t.deepEqual(seen(history, one, [3, 15, 25]), [15, 25]);
  t.deepEqual(seen(history, other, [3, 15, 25]), [25]);
});

test('what was written before is not seen, though the clock was put back', (t) => {
  const history = historyOf([hanako, taro]);
  const applicant = comes(hanako);
  history.entered(applicant, at(10), written(15));
  t.deepEqual(seen(history, applicant, [15, 16]), [16]);
});

test('an administrator decides otherwise, and a second link changes it from then on', (t) => {
  t.deepEqual(seen(historyOf([hanako, taro], 'all'), comes(hanako), [1]), [1]);
  t.deepEqual(seen(historyOf([shared], 'own'), comes(shared), [1]), []);

  const history = historyOf([hanako]);
  const applicant = comes(hanako);
  history.entered(applicant, at(10));
  t.deepEqual(seen(history, applicant, [5]), [5]);
  history.update({ setting: null, links: [interviewer, hanako, { ...taro, revokedAt: at(3) }] });
  t.deepEqual(seen(history, applicant, [5]), [], 'also where it was revoked since');
});
