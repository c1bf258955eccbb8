import { limits } from '../../protocol/limits.ts';
import type { DeviceProblem } from '../media/deviceProblem.ts';
import { clock, roomTime, zoneInJapanese } from './roomTimes.ts';

const time = (iso: string) =>
  new Intl.DateTimeFormat('ja-JP', { hour: 'numeric', minute: '2-digit' }).format(new Date(iso));

const day = { month: 'long', day: 'numeric', weekday: 'short' } as const;

type Device = 'microphone' | 'camera';

const device: Record<Device, string> = { microphone: 'マイク', camera: 'カメラ' };

const namesOf = (kinds: Device[]) => kinds.map((kind) => device[kind]).join('と');

/** A device by its name, where the browser tells it. */
const named = (label: string) => (label ? `「${label}」` : '別の機器');

const tooLong = (most: number) => `${most}文字以内で入力してください。`;

/** The words of the page. Japanese is the source: `en` has the same keys. */
export const ja = {
  title: 'Web面接',
  begun: '面接が始まりました',
  language: { name: '日本語', other: 'English', code: 'en' },
  time,
  loading: '接続しています',
  reload: '再読み込み',
  tryAgain: 'もう一度試す',
  close: '閉じる',
  tooLong,
  help: 'ヘルプ',
  room: {
    together: (parts: string[]) => parts.join('　'),
    when: (iso: string, zone: string, isElsewhere: boolean) =>
      roomTime('ja-JP', iso, zone, { ...day, ...clock, ...zoneInJapanese(isElsewhere) }),
    end: (iso: string, zone: string, isElsewhere: boolean, isToday: boolean) =>
      roomTime('ja-JP', iso, zone, { ...(isToday ? {} : day), ...clock, ...zoneInJapanese(isElsewhere) }),
  },
  lines: {
    lost: '接続が切れました。自動で再接続しています',
    trouble: '通信が不安定です。音声と映像をつなぎ直しています',
  },

  problem: {
    noLink: {
      title: 'リンクからお入りください',
      body: '面接のご案内に記載されたリンク（URL）を開いてください。',
    },
    cutLink: {
      title: 'リンクが途中で切れています',
      body: '面接のご案内に記載されたリンク（URL）を、最後まですべてコピーして開いてください。解決しない場合は、担当者にお問い合わせください。',
    },
    version: {
      title: '新しいバージョンがあります',
      body: 'サーバーが更新されました。ページを再読み込みしてください。',
    },
    replaced: {
      title: '別のタブまたは端末で開かれました',
      body: 'この面接は、別のタブまたは端末で続いています。このタブは閉じていただいて構いません。',
      useHere: 'このタブで続ける',
    },
    broken: {
      title: '接続できませんでした',
      body: '通信に問題が起きました。ページを再読み込みしてください。',
    },
    unreachable: {
      title: 'サーバーに接続しています',
      body: 'サーバーから応答がありません。自動で接続を試みています。このまましばらくお待ちください。',
    },
  },

  network: {
    need: (protocol: string, ports: string, address: string) => `${protocol} ${ports}（${address}）`,
    together: (needs: string[]) => needs.join('、'),
    unknown: 'このサーバーへの TCP と UDP の通信',
  },

  check: {
    title: '環境チェック',
    lead: '面接を始める前に、お使いの端末と通信の状態を確認します。カメラとマイクの使用許可を求められたら、「許可」を選んでください。',
    items: {
      browser: 'ブラウザ',
      camera: 'カメラ',
      microphone: 'マイク',
      audio: 'オーディオ',
      speed: '回線速度',
      security: 'セキュリティ',
    },
    states: { waiting: '待機中', running: '確認中', ok: 'OK', ng: 'NG' },
    browser: {
      ok: (name: string, version: number | null) =>
        `${name}${version === null ? '' : ` ${version}`} をお使いです。`,
      unrecommended: (name: string) =>
        `${name || 'お使いのブラウザ'}は推奨ブラウザではありません。このままご利用いただけますが、うまく動作しない場合は、最新の Google Chrome、Microsoft Edge、Firefox、Safari をお試しください。`,
      missing:
        'このブラウザでは面接に必要な機能を利用できません。最新の Google Chrome、Microsoft Edge、Firefox、Safari で、同じリンクを開いてください。',
    },
    camera: 'カメラを使用できます。',
    microphone: 'マイクを使用できます。',
    audio: '音声を再生できます。',
    speed: (down: string, up: string) => `下り ${down}、上り ${up} です。`,
    mbps: (figure: number) => `${figure} Mbps`,
    orMore: (mbps: string) => `${mbps} 以上`,
    measuring: '回線速度を測定しています',
    security: (protocol: 'udp' | 'tcp' | 'relay', roundTripMs: number) =>
      `サーバーとの通信を確認できました（${protocol === 'relay' ? '中継サーバー経由' : protocol.toUpperCase()}、往復${roundTripMs}ミリ秒）。`,
    withoutUdp: (udp: string) =>
      `UDPが使えないため、別の方法で通信します。このままご利用いただけますが、${udp || 'UDP'}の通信が許可されていると、より安定します。`,
    problems: {
      silent: '音声の出力先が見つかりません。スピーカーやイヤホンの接続をご確認ください。',
      slow: '推奨（下り15Mbps・上り3Mbps）より遅い回線です。電波のよい場所や別の回線でお試しいただくか、通話中に「ビデオの品質を管理」で画質を下げてください。',
      blocked: (needs: string) =>
        `サーバーとの間で音声と映像の通信ができませんでした。VPNや会社のネットワークをお使いの場合は、別の回線（スマートフォンの回線など）でお試しください。解決しない場合は、社内のネットワーク担当部門に、次の通信の許可をご依頼ください：${needs}。`,
      disconnected: 'サーバーとの接続が切れました。通信状態をご確認のうえ、もう一度お試しください。',
    },
    proceed: '待機画面へ進む',
    withoutCamera: 'カメラなしで進む',
    listenOnly: '聞くだけで参加する',
    anyway: 'このまま進む',
    again: '環境チェックをやり直す',
    passed: '確認が完了しました。',
    incomplete: 'すべての項目が OK になると進めます。',
    undecided: 'NG の項目は、もう一度試すことも、そのまま進むこともできます。',
    sound: 'テストサウンドを再生',
  },

  device: {
    title: (kinds: Device[]) => `${namesOf(kinds)}を使用できません`,
    names: namesOf,
    problems: {
      denied: 'ブラウザで使用が許可されていません。',
      system: '端末の設定で、ブラウザによる使用が許可されていません。',
      dismissed: '使用の許可が確認できませんでした。「もう一度試す」を押し、「許可」を選んでください。',
      missing: '機器が見つかりません。接続されているかご確認ください。',
      busy: '別のアプリやウィンドウで使用されています。使用中のアプリを終了してください。',
      insecure: '安全な接続（https）ではないため使用できません。担当者にお知らせください。',
      unsupported: 'このブラウザでは使用できません。別のブラウザで同じリンクを開いてください。',
      unknown: '使用できませんでした。端末の設定をご確認ください。',
    } satisfies Record<DeviceProblem, string>,
    allow: {
      chromium:
        'アドレスバーの左端のアイコンを押し、カメラとマイクを「許可」にしてから「もう一度試す」を押してください。',
      firefox:
        'アドレスバーの左にあるカメラやマイクのアイコンを押し、「ブロック」を解除してから「もう一度試す」を押してください。',
      safari:
        'メニューの「Safari」→「このWebサイトでの設定」でカメラとマイクを「許可」にしてから、ページを再読み込みしてください。',
      ios: 'アドレスバーの「ぁあ」または設定アイコンから「Webサイトの設定」を開き、カメラとマイクを「許可」にしてから、ページを再読み込みしてください。',
      iosOther:
        '端末の「設定」アプリで、お使いのブラウザのカメラとマイクを許可してから、ページを再読み込みしてください。',
      other: 'ブラウザの設定でカメラとマイクを「許可」にしてから「もう一度試す」を押してください。',
    },
    allowInSystem: {
      macos:
        'アップルメニューの「システム設定」→「プライバシーとセキュリティ」→「カメラ」と「マイク」で、お使いのブラウザをオンにしてください。そのあとブラウザを開き直してください。',
      windows:
        'Windows の「設定」→「プライバシーとセキュリティ」→「カメラ」と「マイク」で、アクセスと「デスクトップ アプリ」のアクセスをオンにしてから「もう一度試す」を押してください。',
      android:
        '端末の「設定」→「アプリ」→お使いのブラウザ→「権限」で、カメラとマイクを許可してから「もう一度試す」を押してください。クイック設定パネルの「カメラへのアクセス」「マイクへのアクセス」がオフの場合は、オンにしてください。',
      ios: '端末の「設定」アプリでお使いのブラウザを開き、カメラとマイクをオンにしてから、ページを再読み込みしてください。',
      other: '端末の設定でブラウザにカメラとマイクの使用を許可してから「もう一度試す」を押してください。',
    },
    listenOnly:
      'マイクなしでも参加できます。相手の声は聞こえますが、こちらの声は相手に届きません。チャットはご利用いただけます。',
    withoutCamera: 'カメラなしでも参加できます。相手にはこちらの映像が表示されません。',
    changed: {
      microphone: {
        lost: (label: string) => `マイクの接続が切れたため、${named(label)}に切り替えました。`,
        back: (label: string) => `マイクがつながったため、${named(label)}に切り替えました。`,
      },
      camera: {
        lost: (label: string) => `カメラの接続が切れたため、${named(label)}に切り替えました。`,
        back: (label: string) => `カメラがつながったため、${named(label)}に切り替えました。`,
      },
      output: {
        lost: () => '選択したオーディオの接続が切れたため、端末の標準のオーディオに切り替えました。',
        back: () => '選択したオーディオがつながったため、そちらに切り替えました。',
      },
    },
    interrupted: (devices: string) =>
      `電話やほかのアプリの使用により、${devices}が一時的に止まっています。終わると自動で元に戻ります。`,
    ...device,
    short: { microphone: 'マイク', camera: 'カメラ' },
    preview: '自分の映像',
    cameraOff: 'カメラはオフです',
    opening: 'カメラを準備しています',
    level: 'マイクの音量',
    settings: 'デバイス設定',
    background: '背景を選択',
    preparing: '背景を準備しています',
    slow: '背景の処理が追いついていません。映像がなめらかに動かない場合は、背景をオフにしてください。',
    turnOffBackground: '背景をオフにする',
    backgroundFailed: '背景を使用できませんでした。背景なしで続けます。',
  },

  waiting: {
    title: '待機画面',
    lead: {
      interviewer: '映像と音声をご確認のうえ、「接続」を押してください。',
      applicant: '映像と音声をご確認のうえ、「参加をリクエストする」を押してください。',
    },
    company: '会社名',
    name: 'お名前',
    nameHint: '姓名の間はスペースなしでご入力ください。通話中の画面に表示されます。',
    names: {
      empty: '入力してください。',
      long: tooLong(limits.nameCharacters),
      control: '使用できない文字が含まれています。入力し直してください。',
      hidden: '目に見えない文字が含まれています。コピーせずに、入力し直してください。',
    },
    connect: '接続',
    connectHint: '会社名とお名前を入力すると、接続できます。',
    request: '参加をリクエストする',
    requested: '管理者の承認をお待ちください',
    requestHint: 'お名前を入力すると、リクエストできます。',
    requestedHint: '承認されると、自動で通話が始まります。もう一度押すとリクエストを取り消します。',
    nextHint: '担当者が承認すると、通話が始まります。',
    counts: { waiting: '待機画面接続中', inCall: '通話画面接続中' },
    people: (count: number) => `${count}人`,
    /** `names` are empty where they are not to be shown. */
    applicants: (count: number, names: string[]) => {
      if (names.length === 0) return `応募者 ${count}名（リクエストはまだありません）`;
      const shown = names.filter((name) => name !== '');
      return `応募者 ${count}名（リクエスト中：${shown.join('、') || `${names.length}名`}）`;
    },
    taken: '既に通話画面に接続されています。',
    takenHint:
      '別のタブや端末で同じリンクを開いていないかご確認ください。空き次第、接続できるようになります。',
    move: {
      button: 'この端末に切り替える',
      hint: 'お使いの端末から、この端末に切り替えて続けます。',
      asked: '担当者に確認しています。許可されると、自動でこの端末に切り替わります。',
      cancel: '切り替えを取り消す',
    },
    moveRefused: '端末の切り替えは許可されませんでした。これまでの端末をそのままお使いください。',
    denied: '今回のリクエストは承認されませんでした。準備ができましたら、もう一度リクエストしてください。',
    lostPlace: '接続が途切れたため、待機画面に戻りました。もう一度お入りください。',
    lostRequest: '接続が途切れたため、リクエストが取り消されました。もう一度リクエストしてください。',
    entry: {
      title: '参加者の一括設定',
      hint: '参加者が通話に入るときの設定です。',
      microphone: 'マイク',
      camera: 'カメラ',
      names: '名前表示',
      failed: '設定を保存できませんでした。通信状態をご確認のうえ、もう一度お試しください。',
    },
    /** The manual's 【ご利用手順・注意事項】: each step, and what to know of it. */
    guide: {
      title: 'ご利用手順・注意事項',
      name: ['お名前の入力（必須）', '姓名の間はスペースなしでご入力ください。通話中の画面に表示されます。'],
      names: [
        '会社名とお名前の入力（必須）',
        '姓名の間はスペースなしでご入力ください。通話中の画面に表示されます。',
      ],
      devices: [
        '映像・音声の確認と設定',
        'ご自身の映像が映り、話すと音量の表示が動くことをご確認ください。パソコンで外付けのカメラやマイクを使用する場合は、「デバイス設定」から選択してください。カメラとマイクを許可していない場合は、ページを再読み込みして、すべて許可してください。',
      ],
      request: [
        '参加のリクエスト',
        'お名前を入力すると「参加をリクエストする」が押せるようになります。担当者が許可すると、自動で通話が始まります。',
      ],
      connect: [
        '接続',
        '会社名とお名前を入力すると「接続」が押せるようになります。応募者のリクエストが届いたら「許可する」を押してください。',
      ],
    },
    message: {
      title: '担当者からのメッセージ',
      label: '待機中の方へのメッセージ',
      hint: (most: number) => `待機画面に表示されます（${most}文字まで）。空にすると表示されません。`,
      send: '待機画面に表示する',
      sent: '表示しました。',
      failed: 'メッセージを保存できませんでした。通信状態をご確認のうえ、もう一度お試しください。',
    },
    full: 'ただいま多くの面接が行われているため、新しい通話を開始できません。恐れ入りますが、この画面のまま数分お待ちいただき、もう一度「接続」を押してください。',
    tooFast:
      '短時間に何度もリクエストされたため、受け付けられませんでした。少しお待ちいただき、もう一度お試しください。',
    nameUnknown:
      'このお名前で参加中の方が見つかりませんでした。もう一方の端末で入力したお名前と同じものをご入力ください。',
    failed: '処理を完了できませんでした。通信状態をご確認のうえ、もう一度お試しください。',
  },
};

export type Words = typeof ja;
