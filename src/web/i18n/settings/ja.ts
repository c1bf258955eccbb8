/** The words of the device settings and the backgrounds, fetched with them. */
export const ja = {
  title: 'デバイス設定',
  camera: 'カメラ',
  microphone: 'マイク',
  output: 'オーディオ',
  unnamed: (kind: string, number: number) => `${kind} ${number}`,
  none: '見つかりません',
  unchosen: '選択してください',
  systemOutput: '端末の標準',
  sound: 'テストサウンドを再生',
  soundHint: '短い電子音が鳴ります。聞こえない場合は、別のオーディオを選んでください。',
  level: '音声バーが動けば、マイクは音を拾っています。',
  noise: '周囲の雑音を抑える',
  failed: 'この機器を使用できませんでした。別のアプリで使用されていないかご確認ください。',

  background: {
    title: '背景を選択',
    lead: 'パソコン版 Google Chrome を推奨します。選んだ背景は自分の映像で確認できます。',
    choices: {
      none: 'なし',
      blur: 'ぼかし',
      office: 'オフィス',
      plants: '観葉植物',
      wall: '白い壁',
      own: '追加した背景',
    },
    add: '背景追加',
    addHint: 'jpg・png、512KBまで',
    remove: '追加した背景を削除',
    problems: {
      tooBig: '画像が大きすぎます。512KBまでの画像を選んでください。',
      notPicture: 'jpg または png の画像を選んでください。',
      broken: '画像を読み込めませんでした。ファイルが壊れている可能性があります。',
      notKept: 'このブラウザには画像を保存できません。',
    },
  },
};

export type SettingsWords = typeof ja;
