/** Before the room opens, fetched by those who are early. */

import { clock, roomTime, zoneInJapanese } from '../roomTimes.ts';

export type Left = { days: number; hours: number; minutes: number; seconds: number };

/** As people write it in Japan. */
const format = (iso: string, timeZone: string, shown: Intl.DateTimeFormatOptions) =>
  roomTime('ja-JP', iso, timeZone, shown);
const date: Intl.DateTimeFormatOptions = { month: 'long', day: 'numeric' };
const day: Intl.DateTimeFormatOptions = { ...date, year: 'numeric', weekday: 'short' };

export const ja = {
  title: '面接の開始までお待ちください',
  lead: 'ただいまは受付可能時間外です。入室できる時刻になりましたら、自動で次の画面へ進みます。',
  company: '会社名',
  called: '面接名',
  begins: '面接の日時',
  beginsAt: (iso: string, zone: string, isElsewhere: boolean) =>
    `${format(iso, zone, day)} ${format(iso, zone, { ...clock, ...zoneInJapanese(isElsewhere) })}`,
  opens: '入室できる時刻',
  /** Beside the beginning, whose zone is named. */
  opensAt: (iso: string, zone: string, isSameDay: boolean) =>
    `${format(iso, zone, isSameDay ? clock : { ...date, ...clock })}から`,
  opensAtAlone: (iso: string, zone: string, isElsewhere: boolean) =>
    `${format(iso, zone, { ...date, ...clock, ...zoneInJapanese(isElsewhere) })}から`,
  left: '入室できるまで',
  time: ({ days, hours, minutes, seconds }: Left) => {
    if (days > 0) return `${days}日と${hours}時間`;
    if (hours > 0) return `${hours}時間${minutes}分`;
    return minutes > 0 ? `${minutes}分${String(seconds).padStart(2, '0')}秒` : `${seconds}秒`;
  },
  soon: (minutes: number) => `入室できるまで、あと${minutes}分です。`,
  opening: 'まもなく入室できます。',
  checkTitle: '環境チェック',
  checkLead: 'お時間まで、カメラ・マイク・通信の状態を確認できます。今すぐ面接が始まることはありません。',
  checkOnly: '環境チェックだけ行う',
  checked: '環境チェックは完了しています。お時間になりましたら、そのままご参加いただけます。',
  checkAgain: '環境チェックをもう一度行う',
  mayClose: 'この画面は閉じても構いません。お時間になりましたら、同じリンクをもう一度お開きください。',
  passed: (when: string) =>
    `すべて問題ありません。入室できるのは、${when}です。お時間になりましたら、そのままご参加いただけます。`,
  failed: (when: string) => `NG の項目をご確認のうえ、もう一度お試しください。入室できるのは、${when}です。`,
  running: '確認しています。',
  back: '面接の日時の画面に戻る',
};

export type EarlyWords = typeof ja;
