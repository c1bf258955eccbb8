import type { Block, Opening, Words } from '../blocks.ts';
import type { Invitation } from '../invitation.ts';
import { opensText, startText, windowText } from '../when.ts';

/** The message in Japanese. The names of buttons are those of the page (web/i18n/ja.ts). */
export function ja(invitation: Invitation): Words {
  const { applicantName, company, url } = invitation;
  const { subject, greeting, purpose, times } = invitation.movedFrom ? moved(invitation) : first(invitation);
  return {
    subject: `${company ? `【${company}】` : ''}${subject}（${startText(invitation)}）`,
    blocks: [
      { kind: 'paragraph', text: applicantName ? `${applicantName} 様` : '応募者様' },
      { kind: 'paragraph', text: `${greeting}${company ? `\n${company}です。` : ''}` },
      { kind: 'paragraph', text: purpose },
      ...times,
      called(invitation),
      { kind: 'link', title: '参加用リンク', url, press: '面接に参加する' },
      {
        kind: 'paragraph',
        text: `※ ${whenUsable(invitation)}\n※ ご本人様専用のリンクです。ほかの方へ転送なさらないようお願いいたします。`,
      },
      { kind: 'list', title: '事前にご準備いただくもの', items: preparations },
      { kind: 'list', title: '当日の流れ', items: steps, ordered: true },
      { kind: 'list', title: 'うまく動作しないとき', items: remedies },
      {
        kind: 'paragraph',
        text: 'ご不明な点がございましたら、このメールにご返信ください。ご都合が悪くなられた場合も、お手数ですがご返信にてお知らせください。\n当日お話しできますことを楽しみにしております。',
      },
      ...(company ? [{ kind: 'signature' as const, text: company }] : []),
    ],
  };
}

const first = (invitation: Invitation): Opening => ({
  subject: 'Web面接のご案内',
  greeting: 'この度はご応募いただき、誠にありがとうございます。',
  purpose: '下記の日時に、面接をオンラインで実施いたします。\n参加用リンクを開いてご参加ください。',
  times: [{ kind: 'fact', title: '日時', text: windowText(invitation) }],
});

/** To who knows of another time. */
const moved = (invitation: Invitation): Opening => ({
  subject: 'Web面接の日時変更のご案内',
  greeting: 'お世話になっております。',
  purpose:
    'ご案内しておりましたWeb面接の日時を、下記のとおり変更いたします。\n変更後の日時に、参加用リンクを開いてご参加ください。',
  times: [
    { kind: 'fact', title: '変更後の日時', text: windowText(invitation) },
    { kind: 'fact', title: '変更前の日時', text: windowText({ ...invitation, ...invitation.movedFrom }) },
  ],
});

/** To who was invited, that it is not going to be. It stands alone, also where no calendar comes with it. */
export function jaCancelled(invitation: Invitation): Words {
  const { applicantName, company } = invitation;
  return {
    subject: `${company ? `【${company}】` : ''}Web面接中止のお知らせ（${startText(invitation)}）`,
    blocks: [
      { kind: 'paragraph', text: applicantName ? `${applicantName} 様` : '応募者様' },
      { kind: 'paragraph', text: `お世話になっております。${company ? `\n${company}です。` : ''}` },
      {
        kind: 'paragraph',
        text: '誠に申し訳ございませんが、ご案内しておりました下記のWeb面接は中止となりました。',
      },
      { kind: 'fact', title: '日時', text: windowText(invitation) },
      called(invitation),
      {
        kind: 'paragraph',
        text: 'お送りした参加用リンクは、お使いにならないようお願いいたします。\nカレンダーに予定が残っている場合は、お手数ですが削除してください。',
      },
      {
        kind: 'paragraph',
        text: 'ご予定を空けていただいていたところ、ご迷惑をおかけし申し訳ございません。\nご不明な点がございましたら、このメールにご返信ください。',
      },
      ...(company ? [{ kind: 'signature' as const, text: company }] : []),
    ],
  };
}

/** 入室は… */
const whenUsable = (invitation: Invitation) =>
  `入室は${opensText(invitation)}から可能です。それまでは、同じリンクで環境チェックのみ行えます。事前にお試しください。`;

/** The room's own name says nothing to its reader, but where it has no other it is what they can ask about. */
const called = ({ title, roomName }: Invitation): Block =>
  title
    ? { kind: 'fact', title: '面接名', text: title }
    : { kind: 'fact', title: 'ルーム名', text: roomName };

const preparations = [
  'ブラウザ：最新の Google Chrome、Microsoft Edge、Firefox、Safari のいずれかをご用意ください。アプリのインストールは不要です。',
  'カメラとマイク：パソコン、スマートフォン、タブレットに内蔵のもので差し支えありません。イヤホンをお使いいただくと、音声がより聞き取りやすくなります。',
  '場所と通信環境：静かな場所と、安定したインターネット回線（推奨：下り15Mbps・上り3Mbps）をご用意ください。',
];

const steps = [
  'リンクを開くと、環境チェックが始まります。カメラとマイクの使用許可を求められたら、「許可」を選んでください。',
  '環境チェックが完了したら、「待機画面へ進む」を押してください。',
  'お名前を入力し、「参加をリクエストする」を押してください。担当者が許可すると、面接が始まります。',
];

const remedies = [
  'カメラやマイクを使用できない：カメラやマイクを使用しているほかのアプリを終了し、ブラウザの設定でカメラとマイクを「許可」にしてから、ページを再読み込みしてください。',
  'ページが開かない、映像や音声がつながらない：別のブラウザや、別の回線（スマートフォンの回線など）で、同じリンクを開いてください。VPNや会社のネットワークでは接続できないことがあります。',
  '途中で切断された：同じリンクをもう一度開いてください。',
];
