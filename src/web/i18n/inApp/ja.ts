/** For those who opened their link in an app, fetched by them. */

type Menu = 'line' | 'ios' | 'android' | 'other';

export const ja = {
  title: 'ブラウザで開き直してください',
  lead: (app: string) =>
    `このページは、${app ? `${app} の` : 'ほかのアプリの'}中のブラウザで開かれています。カメラやマイクを使用できないことがあるため、面接にはお使いの端末のブラウザをご利用ください。`,
  open: 'ブラウザで開く',
  copy: 'リンクをコピー',
  outcome: {
    copied: 'コピーしました。ブラウザのアドレス欄に貼り付けて開いてください。',
    selected: 'コピーできませんでした。下のリンクを長押ししてコピーしてください。',
  },
  link: 'この面接のリンク',
  ways: '開き方',
  menu: {
    line: '画面右下または右上のメニュー（︙）を押し、「ブラウザで開く」を選んでください。',
    ios: '画面の端にあるメニュー（…）や共有のアイコンを押し、「ブラウザで開く」または「Safariで開く」を選んでください。',
    android: '画面右上のメニュー（︙）を押し、「ブラウザで開く」または「Chromeで開く」を選んでください。',
    other: 'アプリのメニューから「ブラウザで開く」を選んでください。',
  } satisfies Record<Menu, string>,
  paste: (browser: string) =>
    `メニューに見当たらない場合は、リンクをコピーして、${browser} のアドレス欄に貼り付けてください。`,
  anyway: 'このまま続ける',
  unable: 'このアプリの中では、カメラとマイクを使用できません。',
};

export type InAppWords = typeof ja;
