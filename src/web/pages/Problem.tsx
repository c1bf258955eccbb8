import type { IconNode } from 'lucide';
import { CircleAlert, Clock, Link, RotateCw } from 'lucide';
import type { ComponentChildren } from 'preact';
import type { Notifications } from '../../protocol/messages.ts';
import { Button } from '../components/Button.tsx';
import { Heading } from '../components/Heading.tsx';
import { Icon } from '../components/Icon.tsx';
import { Layout } from '../components/Layout.tsx';
import { words } from '../i18n/language.ts';
import type { Interview, Screen } from '../models/interview.ts';
import type { Memory } from '../models/memory.ts';
import styles from './Problem.module.css';

type CardProps = { icon: IconNode; title: string; body: string; children?: ComponentChildren };

function Card({ icon, title, body, children }: CardProps) {
  return (
    <div class={styles.card}>
      <Icon node={icon} size={48} />
      <Heading className={styles.title}>{title}</Heading>
      <p>{body}</p>
      {children}
    </div>
  );
}

export function NoLink({ memory }: { memory: Memory }) {
  const { title, body } = words.value.problem.noLink;
  return (
    <Layout interview={null} memory={memory} narrow>
      <Card icon={Link} title={title} body={body} />
    </Layout>
  );
}

/** Before the server has answered for the first time. */
export function Connecting({ interview }: { interview: Interview }) {
  const { title, body } = words.value.problem.unreachable;
  return (
    <Layout interview={interview} memory={interview.memory} narrow>
      <div role="status">
        <Card icon={RotateCw} title={title} body={interview.slow.value ? body : words.value.loading} />
      </div>
    </Layout>
  );
}

type ProblemScreen = Extract<Screen, { name: 'refused' | 'version' | 'replaced' | 'broken' }>;

/** Why the person cannot come in, or not go on here, and what to do. */
export function Problem({ interview, screen }: { interview: Interview; screen: ProblemScreen }) {
  return (
    <Layout interview={interview} memory={interview.memory} narrow>
      {screen.name === 'refused' ? (
        <Refused refused={screen.refused} />
      ) : (
        <Card icon={CircleAlert} {...words.value.problem[screen.name]}>
          {screen.name === 'replaced' ? (
            <Button onClick={interview.reconnect}>{words.value.problem.replaced.useHere}</Button>
          ) : (
            <Button onClick={() => location.reload()}>{words.value.reload}</Button>
          )}
        </Card>
      )}
    </Layout>
  );
}

function Refused({ refused }: { refused: Notifications['refused'] }) {
  const { problem } = words.value;
  if (refused.code === 'room_full') {
    return (
      <Card icon={CircleAlert} {...problem.full}>
        <Button onClick={() => location.reload()}>{words.value.tryAgain}</Button>
      </Card>
    );
  }
  return (
    <Card icon={Clock} title={problem.closed} body={whyClosed(refused)}>
      {refused.code === 'link_early' && (
        <Button onClick={() => location.reload()}>{words.value.tryAgain}</Button>
      )}
    </Card>
  );
}

function whyClosed({ code, room }: Notifications['refused']): string {
  const { problem } = words.value;
  if (code === 'link_early' && room) return problem.early(room.from, room.timeZone);
  if (code === 'link_expired' && room) return problem.expired(room.until, room.timeZone);
  return code === 'link_revoked' ? problem.revoked : problem.unknown;
}
