import { CircleAlert, Clock } from 'lucide';
import type { Notifications, RoomInfo } from '../../protocol/messages.ts';
import { page } from '../browser/page.ts';
import { Button } from '../components/Button.tsx';
import { Card } from '../components/Card.tsx';
import { words } from '../i18n/language.ts';
import { refusedWords } from '../i18n/refused/index.ts';
import { isElsewhere } from '../i18n/roomTimes.ts';

type RefusedProps = { refused: Notifications['refused'] };

/** Why a link opens nothing now, and what to do. */
export function Refused({ refused }: RefusedProps) {
  const text = refusedWords.value;
  const { code, retryAt } = refused;
  const again = <Button onClick={page.reload}>{words.value.tryAgain}</Button>;
  if (code === 'room_full') {
    return (
      <Card icon={CircleAlert} {...text.full}>
        {again}
      </Card>
    );
  }
  if (code === 'locked_out' && retryAt) {
    return (
      <Card icon={Clock} title={text.locked.title} body={text.locked.body(words.value.time(retryAt))}>
        {again}
      </Card>
    );
  }
  return <Card icon={Clock} title={text.closed} body={whyClosed(refused)} />;
}

/** Of a room that an administrator has closed before its time nothing has come to an end. */
function whyOver({ from, until, timeZone }: RoomInfo): string {
  const { calledOff, expired } = refusedWords.value;
  if (Date.parse(until) <= Date.parse(from)) return calledOff;
  return expired(until, timeZone, isElsewhere(timeZone));
}

function whyClosed({ code, room }: Notifications['refused']): string {
  const text = refusedWords.value;
  if (code === 'link_expired' && room) return whyOver(room);
  return code === 'link_revoked' ? text.revoked : text.unknown;
}
