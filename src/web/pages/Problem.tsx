import { CircleAlert, Link, RotateCw } from 'lucide';
import type { Notifications } from '../../protocol/messages.ts';
import { page } from '../browser/page.ts';
import { Button } from '../components/Button.tsx';
import { Card } from '../components/Card.tsx';
import { Layout } from '../components/Layout.tsx';
import { useLate } from '../components/useLate.ts';
import { words } from '../i18n/language.ts';
import type { Interview } from '../models/interview.ts';
import type { Memory } from '../models/memory.ts';
import type { Screen } from '../models/navigation.ts';
import { loadRefused } from '../parts.ts';

/** The page was opened without the token of a link, or with a part of one. */
export function NoLink({ memory, problem }: { memory: Memory; problem: 'none' | 'cut' }) {
  const { noLink, cutLink } = words.value.problem;
  const { title, body } = problem === 'cut' ? cutLink : noLink;
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
        <LateRefused refused={screen.refused} />
      ) : (
        <Card icon={CircleAlert} {...words.value.problem[screen.name]}>
          {screen.name === 'replaced' ? (
            <Button onClick={interview.reconnect}>{words.value.problem.replaced.useHere}</Button>
          ) : (
            <Button onClick={page.reload}>{words.value.reload}</Button>
          )}
        </Card>
      )}
    </Layout>
  );
}

/** Its words come when they are needed. */
function LateRefused({ refused }: { refused: Notifications['refused'] }) {
  const late = useLate(loadRefused);
  return late && <late.Refused refused={refused} />;
}
