/** Why a link opens nothing, fetched by those whom it concerns. */

import { clock, roomTime, zoneInJapanese } from '../roomTimes.ts';

const day = { year: 'numeric', month: 'long', day: 'numeric' } as const;

export const ja = {
  closed: '受付可能時間外です',
  expired: (until: string, zone: string, isElsewhere: boolean) =>
    `このリンクの受付は ${roomTime('ja-JP', until, zone, { ...day, ...clock, ...zoneInJapanese(isElsewhere) })} に終了しました。ご案内をお送りした担当者に、新しいリンクの発行をご依頼ください。`,
  calledOff:
    'この面接は、開始前に受付が取りやめられました。中止または日時変更のお知らせが届いていないかご確認ください。届いていない場合は、担当者にお問い合わせください。',
  unknown:
    '現在ご利用いただけないリンクです。リンクが途中で切れていないか、ご案内の記載と照らし合わせてご確認ください。解決しない場合は、担当者に新しいリンクの発行をご依頼ください。',
  revoked:
    'このリンクは無効になりました。新しいリンクが届いている場合は、そちらをお使いください。届いていない場合は、担当者に新しいリンクの発行をご依頼ください。',
  full: {
    title: '満員のため入室できません',
    body: 'ただいま、この面接に接続できる人数の上限に達しています。空きができましたら自動で接続しますので、この画面のままお待ちください。',
  },
  locked: {
    title: '一時的にご利用いただけません',
    body: (time: string) =>
      `お使いのネットワークから誤ったリンクが続けて開かれたため、確認を一時的に停止しています。リンクが途中で切れていないかご確認のうえ、${time} 以降にもう一度お試しください。正しいリンクは、今すぐご利用いただけます。`,
  },
};

export type RefusedWords = typeof ja;
