import { useSignal } from '@preact/signals';
import { Download, RotateCw } from 'lucide';
import type { EndReason } from '../../protocol/messages.ts';
import { Button } from '../components/Button.tsx';
import { Card } from '../components/Card.tsx';
import { Icon } from '../components/Icon.tsx';
import { Layout } from '../components/Layout.tsx';
import { Notice } from '../components/Notice.tsx';
import { callWords } from '../i18n/call/index.ts';
import type { Interview } from '../models/interview.ts';
import { downloadRecord, type RecordKind, recordProblemOf } from '../models/records.ts';
import styles from './End.module.css';

/** After the call: what happened, the way back, and the interviewer's records. */
export function End({ interview, reason }: { interview: Interview; reason: EndReason }) {
  const { end } = callWords.value;
  const role = interview.seat.role.value;
  return (
    <Layout interview={interview} memory={interview.memory} narrow>
      <Card title={end.titles[reason]} body={reason === 'left' ? end.bodies.left[role] : end.bodies[reason]}>
        <Button kind={role === 'interviewer' ? 'secondary' : 'primary'} onClick={interview.reconnect}>
          <Icon node={RotateCw} size={20} />
          {end.reconnect}
        </Button>
        {reason === 'left' && <p class={styles.mistaken}>{end.mistaken}</p>}
        {role === 'interviewer' && <Records token={interview.token} />}
      </Card>
    </Layout>
  );
}

function Records({ token }: { token: string }) {
  const { end } = callWords.value;
  const problem = useSignal<'failed' | 'away' | null>(null);
  const download = async (kind: RecordKind) => {
    problem.value = null;
    await downloadRecord(kind, token).catch((error) => {
      problem.value = recordProblemOf(error);
    });
  };
  return (
    <section class={styles.records}>
      <h2>{end.records}</h2>
      <div class={styles.buttons}>
        <Button onClick={() => void download('participants')}>
          <Icon node={Download} size={20} />
          {end.participants}
        </Button>
        <Button onClick={() => void download('chat')}>
          <Icon node={Download} size={20} />
          {end.chat}
        </Button>
      </div>
      {problem.value && (
        <Notice kind="error">
          <p>{end[problem.value]}</p>
        </Notice>
      )}
    </section>
  );
}
