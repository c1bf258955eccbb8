import { useSignal } from '@preact/signals';
import { AppWindow, Copy, ExternalLink } from 'lucide';
import { useRef } from 'preact/hooks';
import { outOfAndroid, outOfLine } from '../browser/outOfApp.ts';
import { page } from '../browser/page.ts';
import { platform } from '../browser/platform.ts';
import type { BrowserSupport } from '../browser/support.ts';
import { Button } from '../components/Button.tsx';
import { Card } from '../components/Card.tsx';
import { Icon } from '../components/Icon.tsx';
import { Layout } from '../components/Layout.tsx';
import { TextField } from '../components/TextField.tsx';
import { inAppWords } from '../i18n/inApp/index.ts';
import type { Memory } from '../models/memory.ts';
import styles from './InApp.module.css';

type InAppProps = { support: BrowserSupport; memory: Memory; onContinue: () => void };

/** The link was opened inside of an app: the ways into a browser, and on as far as this one can. */
export function InApp({ support, memory, onContinue }: InAppProps) {
  const text = inAppWords.value;
  const out = wayOut(support);
  return (
    <Layout interview={null} memory={memory} narrow>
      <Card icon={AppWindow} title={text.title} body={text.lead(support.inApp ?? '')}>
        <div class={styles.ways}>
          {out.href && (
            <Button large href={out.href}>
              <Icon node={ExternalLink} size={20} />
              {text.open}
            </Button>
          )}
          <CopyLink />
          <h2>{text.ways}</h2>
          <ul class={styles.list}>
            <li>{text.menu[out.menu]}</li>
            <li>{text.paste(out.browser)}</li>
          </ul>
          {support.ok ? (
            <Button kind="text" onClick={onContinue}>
              {text.anyway}
            </Button>
          ) : (
            <p>{text.unable}</p>
          )}
        </div>
      </Card>
    </Layout>
  );
}

/** A link that leads out by itself, where there is one; the menu to look for; the browser to paste into. */
function wayOut({ inApp }: BrowserSupport) {
  const system = platform();
  const isLine = inApp === 'LINE';
  const out = system === 'android' ? outOfAndroid : null;
  return {
    href: (isLine ? outOfLine : out)?.(page.address()),
    menu: isLine ? ('line' as const) : menus[system],
    browser: system === 'ios' ? 'Safari' : 'Google Chrome',
  };
}

const menus = { ios: 'ios', android: 'android', macos: 'other', windows: 'other', other: 'other' } as const;

/** Where the clipboard is refused, the link is there to be copied by hand. */
function CopyLink() {
  const text = inAppWords.value;
  const field = useRef<HTMLInputElement>(null);
  const outcome = useSignal<'copied' | 'selected' | null>(null);
  const copy = async () => {
    field.current?.select();
    outcome.value = (await page.copy(page.address())) ? 'copied' : 'selected';
  };
  return (
    <>
      <Button kind="secondary" onClick={() => void copy()}>
        <Icon node={Copy} size={20} />
        {text.copy}
      </Button>
      <p role="status">{outcome.value && text.outcome[outcome.value]}</p>
      <TextField ref={field} label={text.link} labelHidden value={page.address()} />
    </>
  );
}
