import { AppWindow, CircleCheck, CircleDashed, CircleX, LoaderCircle, Mic, ShieldCheck, Video } from 'lucide';
import { Button } from '../components/Button.tsx';
import { howToAllow } from '../components/DeviceProblems.tsx';
import { Heading } from '../components/Heading.tsx';
import { Icon } from '../components/Icon.tsx';
import { Layout } from '../components/Layout.tsx';
import { words } from '../i18n/language.ts';
import { type CheckItem, type CheckModel, type CheckState, checkItems } from '../models/check.ts';
import type { Interview } from '../models/interview.ts';
import styles from './Check.module.css';

const itemIcons = { browser: AppWindow, camera: Video, microphone: Mic, security: ShieldCheck };
const stateIcons = { waiting: CircleDashed, running: LoaderCircle, ok: CircleCheck, ng: CircleX };

/** 「環境チェック」: each item with its state, the cause and the remedy, and one way on. */
export function Check({ interview }: { interview: Interview }) {
  const { check } = interview;
  const { title, lead } = words.value.check;
  return (
    <Layout interview={interview} memory={interview.memory} narrow>
      <Heading className={styles.title}>{title}</Heading>
      <p class={styles.lead}>{lead}</p>
      <ul class={styles.list} aria-live="polite">
        {checkItems.map((item) => (
          <Item key={item} item={item} check={check} />
        ))}
      </ul>
      <Actions interview={interview} />
    </Layout>
  );
}

function Item({ item, check }: { item: CheckItem; check: CheckModel }) {
  const now = check.states.value[item];
  const { items, states } = words.value.check;
  return (
    <li class={styles.item}>
      <span class={styles.icon}>
        <Icon node={itemIcons[item]} />
      </span>
      <span class={styles.name}>{items[item]}</span>
      <span class={`${styles.state} ${styles[now.state]}`}>
        <Icon node={stateIcons[now.state]} size={20} />
        {states[now.state]}
      </span>
      <div class={styles.detail}>
        {details(item, now, check).map((text) => (
          <p key={text}>{text}</p>
        ))}
      </div>
    </li>
  );
}

/** What was found, or what is wrong and what to do about it. */
function details(item: CheckItem, now: CheckState, { support }: CheckModel): string[] {
  const { check, device } = words.value;
  if (now.state === 'ng') {
    if (item === 'browser') return [check.browser.missing];
    if (now.problem === 'blocked' || now.problem === 'disconnected') return [check[now.problem]];
    const { problem } = now;
    return [device.problems[problem], ...(problem === 'denied' ? [howToAllow(support)] : [])];
  }
  if (now.state !== 'ok') return [];
  if (item === 'security')
    return now.route ? [check.security(now.route.protocol, Math.round(now.route.roundTripMs))] : [];
  if (item !== 'browser') return [check[item]];
  const { name, version, recommended } = support;
  return [recommended ? check.browser.ok(name, version) : check.browser.unrecommended(name)];
}

function Actions({ interview }: { interview: Interview }) {
  const { check, passCheck } = interview;
  const text = words.value.check;
  const complete = check.complete.value;
  const failed = !check.running.value && !complete;
  return (
    <div class={styles.actions}>
      {failed && (
        <Button large onClick={() => void check.run()}>
          {words.value.tryAgain}
        </Button>
      )}
      {failed && check.mayGoWithoutCamera.value && (
        <Button kind="text" onClick={passCheck}>
          {text.withoutCamera}
        </Button>
      )}
      <Button large disabled={!complete} describedBy="check-outcome" onClick={passCheck}>
        {text.proceed}
      </Button>
      <p id="check-outcome" role="status">
        {complete ? text.passed : text.incomplete}
      </p>
    </div>
  );
}
