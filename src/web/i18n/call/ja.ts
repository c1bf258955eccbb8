import type { SentSource } from '../../../protocol/sources.ts';

const source: Record<SentSource, string> = {
  microphone: '音声',
  camera: '映像',
  screen: '共有画面',
  screenSound: '共有画面の音声',
};

const sourcesOf = (sources: readonly SentSource[]) => sources.map((each) => source[each]).join('と');

const kilobytes = (bytes: number) =>
  bytes < 1024 * 1024
    ? `${Math.max(1, Math.round(bytes / 1024))} KB`
    : `${(bytes / 1024 / 1024).toFixed(1)} MB`;

const time = (iso: string) =>
  new Intl.DateTimeFormat('ja-JP', { hour: 'numeric', minute: '2-digit' }).format(new Date(iso));

/** The words of the call, fetched with it. Japanese is the source: `en` has the same keys. */
export const ja = {
  title: '通話',
  alone: { interviewer: '参加者を待っています', applicant: '相手を待っています' },
  you: (name: string) => `${name}（自分）`,
  participant: '参加者',
  tile: (name: string) => `${name}の映像`,
  off: { microphone: 'マイクはオフです', camera: 'カメラはオフです' },
  reconnecting: '再接続中',
  unsent: {
    theirs: (sources: readonly SentSource[]) => `${sourcesOf(sources)}が届いていません`,
    own: (sources: readonly SentSource[]) => `${sourcesOf(sources)}を相手に送信できていません。`,
    hint: '「もう一度試す」で直らない場合は、ページを再読み込みしてください。そのまま通話に戻れます。',
    withoutCamera: 'カメラなしで続ける',
  },
  interviewerAway: {
    lost: '担当者の接続が切れました。自動で再接続しますので、このままお待ちください',
    gone: '担当者の接続がまだ戻っていません。担当者が入り直すと通話を再開できますので、このままお待ちください',
  },
  onHold: '保留中',
  request: (name: string) => `${name}さんが参加をリクエストしています`,
  /** For interviewers: how long it has been an interview, and when its time is over. */
  clock: {
    elapsed: (minutes: number) => `経過 ${minutes}分`,
    until: (end: string) => `終了予定 ${end}`,
    change: '終了予定を延長する',
    ask: (end: string) => `終了予定（${end}）を延長しますか`,
    soon: (end: string) => `終了予定（${end}）が近づいています`,
    over: (end: string) => `終了予定（${end}）を過ぎました。通話はこのまま続けられます`,
    extend: (minutes: number) => `${minutes}分延長`,
    failed: '延長できませんでした。通信状態をご確認のうえ、もう一度お試しください。',
    tooOften: '続けて何度も延長されています。数分たってから、もう一度お試しください。',
  },
  moves: {
    asked: (name: string) => `${name}さんが別の端末への切り替えを求めています`,
    typed: (name: string) => `（入力された名前：${name}）`,
    allow: '切り替えを許可する',
    refuse: '拒否する',
  },
  allow: '許可する',
  deny: '拒否する',
  hear: '音声を再生する',
  stopping: (iso: string) =>
    `サーバーの再起動を予定しています。通話はこのままお続けください。${time(iso)}までに接続が一度切れることがありますが、自動で再接続します`,

  bar: {
    toTile: 'タイルビュー',
    toEnlarged: '拡大表示',
    people: '参加者',
    chat: 'チャット',
    unread: (count: number) => `未読${count}件`,
    raise: '手を挙げる',
    lower: '手を下げる',
    share: '画面共有',
    stopSharing: '共有を停止',
    more: '詳細アクション',
    leave: '退出',
  },

  menu: {
    settings: 'デバイス設定',
    fullscreen: 'フルスクリーン表示',
    exitFullscreen: 'フルスクリーン表示を終了',
    volume: '参加リクエスト通知音量',
    quality: 'ビデオの品質を管理',
    background: '背景を選択',
    waitingMessage: '待機中の方へのメッセージ',
    miniWindow: '小さいウィンドウで表示',
    closeMiniWindow: '小さいウィンドウを閉じる',
    hideSelf: '自分の映像を隠す',
    showSelf: '自分の映像を表示',
    muteAll: '全員をミュート',
    camerasOff: '全員のカメラを無効にする',
    help: 'ヘルプ',
  },

  volume: {
    lead: '参加リクエストが届いたときの通知音の大きさです。次回以降も引き継がれます。',
    notify: 'ほかの画面を見ているときは、デスクトップ通知でも知らせる',
    notifyRefused: '通知が許可されていません。ブラウザの設定で、このサイトの通知を許可してください。',
    names: { low: '小', medium: '中', high: '大', mute: 'ミュート' },
  },

  quality: {
    lead: '通信が安定しないときは、品質を下げると改善することがあります。',
    names: { audio: '音声のみ', low: '低', medium: '中', high: '高' },
    hints: {
      audio: '映像と画面共有は、送信も受信もしません。カメラをオンにすると「高」に戻ります。',
      low: '通信量をもっとも抑えます。',
      medium: '通信量を抑えます。',
      high: 'もっともきれいな映像です。',
    },
  },

  people: {
    title: '参加者',
    roles: { interviewer: '担当者', applicant: '参加者' },
    states: { requesting: 'リクエスト中', held: '保留中', inCall: '通話中' },
    hold: '保留',
    endHold: '保留を解除',
    holdOf: (name: string) => `${name}さんを保留`,
    endHoldOf: (name: string) => `${name}さんの保留を解除`,
    capture: '画面をキャプチャする',
    captureOf: (name: string) => `${name}さんの画面をキャプチャする`,
    enlargeOf: (name: string) => `${name}さんを拡大表示`,
    whole: '全体を表示',
    fill: '拡大して表示',
    wholeOf: (name: string) => `${name}さんの映像の全体を表示`,
    fillOf: (name: string) => `${name}さんの映像を枠いっぱいに拡大して表示`,
    captured: '画像をこの端末に保存しました。',
    captureFailed: '画像を保存できませんでした。相手の映像が表示されてから、もう一度お試しください。',
  },

  hold: {
    title: '管理者によって保留中に設定されました',
    body: '保留中は音声と映像が相手に届かず、相手の音声と映像も届きません。解除されるまでこのままお待ちください。チャットはご利用いただけます。',
  },

  sharing: {
    now: '画面共有中',
    title: (name: string) => `${name}さんの画面`,
    own: '画面を共有しています',
    ownWithSound: '画面と音声を共有しています',
    taken: 'ほかの方が画面を共有しています。共有が終わってから、もう一度お試しください。',
    denied: '画面共有が許可されませんでした。ブラウザまたは端末の設定で、画面の収録を許可してください。',
    failed: '画面を共有できませんでした。もう一度お試しください。',
    hidden: '画面共有が始まりましたが、音声のみのため表示していません。',
    change: '変更',
    audioOnly: '「音声のみ」では画面を共有できません。「ビデオの品質を管理」で品質を変更してください。',
  },

  popups: {
    ownHand: '手を挙げています',
    until: (end: string) => `終了予定が${end}に変更されました`,
    hand: (name: string) => `${name}さんが手を挙げています`,
    muted: 'マイクがオフになっています。話す場合は、マイクをオンにしてください。',
    unmute: 'マイクをオンにする',
    badLine: '通信が不安定なため、カメラをオフにしました。このままお話しいただけます。',
    cameraOn: 'カメラをオンにする',
    turnedOff: {
      entry: (devices: string) => `${devices}はオフの状態で参加しています。`,
      interviewer: (devices: string) => `担当者が${devices}をオフにしました。`,
    },
    devices: { microphone: 'マイク', camera: 'カメラ', both: 'マイクとカメラ' },
    turnOn: 'オンにする',
    turnedOffAll: (device: string, count: number) =>
      count === 0 ? `${device}がオンの方はいません。` : `${count}名の${device}をオフにしました。`,
    turnOffAllFailed: (device: string) =>
      `${device}をオフにできませんでした。通信状態をご確認のうえ、もう一度お試しください。`,
    joined: (name: string) => `${name}さんが参加しました`,
    left: (name: string) => `${name}さんが退出しました`,
    lost: (name: string) => `${name}さんの接続が戻らないため、通話から外れました`,
  },

  leaving: {
    title: '退出しますか',
    interviewer: '退出すると通話は終了し、参加者全員が退出します。',
    applicant: '退出しても、終了画面の「再接続」から待機画面に戻れます。',
    confirm: '退出する',
    stay: '通話に戻る',
  },
  otherLink: {
    title: '別のリンクを開きますか',
    body: '開くと、この通話を離れます。',
    confirm: 'リンクを開く',
    stay: '通話に戻る',
  },

  chat: {
    title: 'チャット',
    empty: 'メッセージはまだありません。',
    hasNew: '新しいメッセージ',
    earlier: '以前のメッセージを表示',
    loading: '読み込んでいます',
    earlierFailed: '以前のメッセージを読み込めませんでした。通信状態をご確認のうえ、もう一度お試しください。',
    message: 'メッセージを入力',
    send: '送信',
    sending: '送信中',
    failed: '送信できませんでした。',
    tooFast: '短時間に多くのメッセージが送信されました。少し待ってから、もう一度送信してください。',
    resend: 'もう一度送信',
    length: (count: number, limit: number) => `${count}/${limit}文字`,
    hint: 'Ctrl+Enter で送信',
    self: '自分',
    delete: '削除',
    deleteOf: (what: string) => `「${what}」を削除`,
    deleteFailed: '削除できませんでした。通信状態をご確認のうえ、もう一度お試しください。',
    clear: 'チャット履歴の全削除',
    clearing: {
      title: 'チャット履歴をすべて削除しますか',
      body: '全員の画面からメッセージとファイルが消え、記録にも残りません。元に戻すことはできません。',
      confirm: 'すべて削除する',
      cancel: 'キャンセル',
    },
    attach: 'ファイルを添付',
    file: {
      size: kilobytes,
      open: (name: string) => `${name}をダウンロード`,
      download: 'ダウンロード',
      hint: 'ダブルクリックでもダウンロードできます',
      preview: 'プレビュー',
      uploading: (percent: number) => `送信中 ${percent}%`,
      cancel: '送信をやめる',
      dismiss: (name: string) => `${name}の表示を閉じる`,
      tooBig: '送信できるファイルは5MBまでです。',
      empty: '空のファイルは送信できません。',
      failed: 'ファイルを送信できませんでした。通信状態をご確認ください。',
      tooFast: '短時間に多くのファイルが送信されました。少し待ってから、もう一度送信してください。',
      tooBigForProxy:
        'サーバーの手前にある機器が、この大きさのファイルを受け付けませんでした（413）。面接の担当者にお知らせください。',
      away: 'サーバーが一時的に応答していません。しばらくしてから、もう一度送信してください。',
      roomFull: 'ファイルの合計サイズが上限に達しました。不要なファイルを削除してください。',
      gone: 'ダウンロードできませんでした。ファイルが削除された可能性があります。',
      unreachable: 'サーバーに接続できませんでした。しばらくしてから、もう一度ダウンロードしてください。',
      readTooFast:
        '短時間に多くのファイルがダウンロードされました。少し待ってから、もう一度ダウンロードしてください。',
    },
  },

  end: {
    titles: {
      left: '退出しました',
      interviewer_left: '通話が終了しました',
      revoked: 'リンクが無効になりました',
      closed: '通話が終了しました',
      server_stopping: 'サーバーが停止しました',
    },
    bodies: {
      left: {
        interviewer: 'お疲れさまでした。記録をダウンロードできます。',
        applicant: 'ご参加ありがとうございました。このページは閉じていただいて構いません。',
      },
      interviewer_left:
        '担当者が通話を終了しました。ご参加ありがとうございました。このページは閉じていただいて構いません。',
      revoked:
        '新しいリンクが届いている場合は、そちらをお使いください。届いていない場合は、担当者に新しいリンクの発行をご依頼ください。',
      closed: '担当者が通話を終了しました。受付時間内であれば、「再接続」から待機画面に戻れます。',
      server_stopping: 'しばらくしてから「再接続」を押してください。',
    },
    mistaken: '誤って退出した場合は、「再接続」から待機画面に戻れます。',
    reconnect: '再接続',
    records: '記録',
    participants: '参加者リスト',
    chat: 'チャットダウンロード',
    failed: 'ダウンロードできませんでした。通信状態をご確認のうえ、もう一度お試しください。',
    away: 'サーバーが一時的に応答していません。しばらくしてから、もう一度お試しください。',
  },
};

export type CallWords = typeof ja;
