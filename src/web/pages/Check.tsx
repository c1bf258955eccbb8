import {
  AppWindow,
  Circle,
  CircleCheck,
  CircleX,
  Gauge,
  LoaderCircle,
  Mic,
  ShieldCheck,
  Video,
  Volume2,
} from 'lucide';
import { useEffect } from 'preact/hooks';
import { type BrowserSupport, isHandheld } from '../browser/support.ts';
import { Button } from '../components/Button.tsx';
import { remedyOf } from '../components/DeviceProblems.tsx';
import { Dock } from '../components/Dock.tsx';
import { Heading } from '../components/Heading.tsx';
import { Icon } from '../components/Icon.tsx';
import { Layout } from '../components/Layout.tsx';
import { needsText, udpText } from '../components/networkText.ts';
import { useInSight } from '../components/useInSight.ts';
import { words } from '../i18n/language.ts';
import { speedText } from '../i18n/speedText.ts';
import type { DeviceProblem } from '../media/deviceProblem.ts';
import { playTestSound } from '../media/sounds.ts';
import { type CheckItem, type CheckModel, type CheckState, checkItems } from '../models/check.ts';
import type { Interview } from '../models/interview.ts';
import { loadNetworkNeeds } from '../models/network.ts';
import styles from './Check.module.css';
import { EarlyCheckActions } from './EarlyScreen.tsx';

const itemIcons = {
  browser: AppWindow,
  camera: Video,
  microphone: Mic,
  audio: Volume2,
  speed: Gauge,
  security: ShieldCheck,
};
const stateIcons = { waiting: Circle, running: LoaderCircle, ok: CircleCheck, ng: CircleX };

/** 「環境チェック」: each item with its state, the cause and the remedy, and one way on. */
export function Check({ interview }: { interview: Interview }) {
  const { check } = interview;
  const { title, lead } = words.value.check;
  // Before it may be needed: where nothing gets through it may not come any more.
  useEffect(() => void loadNetworkNeeds(interview.token), [interview]);
  return (
    <Layout interview={interview} memory={interview.memory} narrow>
      <Heading>{title}</Heading>
      <p class={styles.lead}>{lead}</p>
      <ul class={styles.list} aria-live="polite">
        {checkItems.map((item) => (
          <Item key={item} item={item} check={check} />
        ))}
      </ul>
      {interview.early.isEarly.value ? (
        <EarlyCheckActions interview={interview} />
      ) : (
        <Actions interview={interview} />
      )}
    </Layout>
  );
}

function Item({ item, check }: { item: CheckItem; check: CheckModel }) {
  const now = check.states.value[item];
  const { items, states } = words.value.check;
  return (
    <li class={now.state === 'ok' ? `${styles.item} ${styles.short}` : styles.item}>
      <span class={styles.icon}>
        <Icon node={itemIcons[item]} />
      </span>
      <span class={styles.name}>{items[item]}</span>
      <span class={`${styles.state} ${styles[now.state]}`}>
        <Icon node={stateIcons[now.state]} size={20} />
        {states[now.state]}
      </span>
      <div class={styles.detail}>
        {details(item, now, check).map((text, index) => (
          <p key={text} class={index === 0 && isUsual(item, check) ? styles.usual : undefined}>
            {text}
          </p>
        ))}
        {item === 'speed' && now.state === 'running' && <Progress check={check} />}
        {item === 'audio' && now.state === 'ok' && !isHandheld() && (
          <Button kind="text" onClick={() => void playTestSound()}>
            {words.value.check.sound}
          </Button>
        )}
      </div>
    </li>
  );
}

/** Whether what was found says no more than that it is OK. */
const isUsual = (item: CheckItem, { support }: CheckModel): boolean =>
  item !== 'speed' && (item !== 'browser' || support.recommended);

function Progress({ check: { progress } }: { check: CheckModel }) {
  return (
    <progress
      class={styles.progress}
      aria-label={words.value.check.measuring}
      value={Math.round(progress.value * 100)}
      max={100}
    />
  );
}

/** What was found, or what is wrong and what to do about it. */
function details(item: CheckItem, now: CheckState, { support }: CheckModel): string[] {
  if (now.state === 'ng') return problemDetails(item, now, support);
  return now.state === 'ok' ? foundDetails(item, now, support) : [];
}

function problemDetails(
  item: CheckItem,
  { problem, speed }: Extract<CheckState, { state: 'ng' }>,
  support: BrowserSupport,
): string[] {
  const { check, device } = words.value;
  if (item === 'browser') return [check.browser.missing];
  if (problem === 'blocked') return [check.problems.blocked(needsText())];
  if (problem in check.problems) {
    const reason = check.problems[problem as Exclude<keyof typeof check.problems, 'blocked'>];
    return speed ? [speedText(words.value, speed), reason] : [reason];
  }
  const reason = device.problems[problem as DeviceProblem];
  const remedy = remedyOf(problem as DeviceProblem, support);
  return remedy ? [reason, remedy] : [reason];
}

function foundDetails(
  item: CheckItem,
  { route, speed }: Extract<CheckState, { state: 'ok' }>,
  { name, version, recommended }: BrowserSupport,
): string[] {
  const { check } = words.value;
  if (item === 'browser')
    return [recommended ? check.browser.ok(name, version) : check.browser.unrecommended(name)];
  if (item === 'speed') return speed ? [speedText(words.value, speed)] : [];
  if (item !== 'security') return [check[item]];
  if (!route) return [];
  const found = check.security(route.protocol, Math.round(route.roundTripMs));
  return route.protocol === 'udp' ? [found] : [found, check.withoutUdp(udpText())];
}

function Actions({ interview }: { interview: Interview }) {
  const { check, passCheck } = interview;
  const text = words.value.check;
  const complete = check.complete.value;
  const wayOn = check.wayOn.value;
  const failed = !check.running.value && !complete;
  const ref = useInSight<HTMLDivElement>(complete);
  return (
    <Dock ref={ref}>
      {failed && (
        <Button large onClick={() => void check.run()}>
          {words.value.tryAgain}
        </Button>
      )}
      {wayOn === 'listenOnly' && <p>{words.value.device.listenOnly}</p>}
      {wayOn && (
        <Button kind="text" onClick={passCheck}>
          {text[wayOn]}
        </Button>
      )}
      {!wayOn && (
        <Button large disabled={!complete} describedBy="check-outcome" onClick={passCheck}>
          {text.proceed}
        </Button>
      )}
      <p id="check-outcome" role="status">
        {wayOn ? text.undecided : complete ? text.passed : text.incomplete}
      </p>
    </Dock>
  );
}
