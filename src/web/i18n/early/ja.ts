/** Before the room opens, fetched by those who are early. */

export type Left = { days: number; hours: number; minutes: number; seconds: number };

/** As people write it in Japan, in the room's own time zone; that is named where the reader's is another. */
const format = (iso: string, timeZone: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('ja-JP', { ...options, timeZone }).format(new Date(iso));
const day: Intl.DateTimeFormatOptions = { year: 'numeric', month: 'long', day: 'numeric', weekday: 'short' };
const clock: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: '2-digit' };

export const ja = {
  title: '面接の開始までお待ちください',
  lead: 'ただいまは受付可能時間外です。入室できる時刻になりましたら、自動で次の画面へ進みます。',
  begins: '面接の日時',
  beginsAt: (iso: string, zone: string, names: Pick<Intl.DateTimeFormatOptions, 'timeZoneName'>) =>
    `${format(iso, zone, day)} ${format(iso, zone, { ...clock, ...names })}`,
  opens: '入室できる時刻',
  opensAt: (iso: string, zone: string, isTimeOnly: boolean) =>
    `${format(iso, zone, isTimeOnly ? clock : { month: 'long', day: 'numeric', ...clock })}から`,
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
  checked: '環境チェックは完了しています。このまま面接にご参加いただけます。',
  checkAgain: '環境チェックをもう一度行う',
  mayClose: 'この画面は閉じても構いません。お時間になりましたら、同じリンクをもう一度お開きください。',
  passed: (when: string) =>
    `すべて問題ありません。このまま面接にご参加いただけます。入室できるのは、${when}です。それまでお待ちください。`,
  failed: (when: string) => `NG の項目をご確認のうえ、もう一度お試しください。入室できるのは、${when}です。`,
  running: '確認しています。',
  back: '面接の日時の画面に戻る',
};

export type EarlyWords = typeof ja;
