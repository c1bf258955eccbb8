import { computed, signal } from '@preact/signals';
import type { Counts, PeerInfo } from '../../protocol/messages.ts';
import type { Connection } from '../connection/connection.ts';

export type PeopleModel = ReturnType<typeof createPeople>;

/** The others whom this page may see: in the call, and for an interviewer those who ask to come in. */
export function createPeople() {
  const peers = signal<readonly PeerInfo[]>([]);
  const counts = signal<Counts | null>(null);
  const inCall = computed(() => peers.value.filter(({ state }) => state === 'inCall' || state === 'held'));
  const requests = computed(() => peers.value.filter(({ state }) => state === 'requesting'));
  /** Who asks to come in, for interviewers in the waiting room as well. */
  const asking = computed(() => counts.value?.requesting ?? []);

  /** Of the interviewers: one is there; all have lost their line; or none is left in the call. */
  const interviewer = computed<'there' | 'lost' | 'gone'>(() => {
    const interviewers = inCall.value.filter(({ role }) => role === 'interviewer');
    if (interviewers.some(({ connected }) => connected)) return 'there';
    return interviewers.length > 0 ? 'lost' : 'gone';
  });

  const without = (peerId: string) => peers.value.filter(({ id }) => id !== peerId);

  return {
    peers,
    counts,
    inCall,
    requests,
    asking,
    interviewer,
    replace(all: readonly PeerInfo[]): void {
      peers.value = all;
    },
    /** Keeps up with what the server says over this connection. */
    follow(connection: Connection): void {
      connection.on('peerUpdated', ({ peer }) => {
        const known = peers.value.some(({ id }) => id === peer.id);
        peers.value = known
          ? peers.value.map((each) => (each.id === peer.id ? peer : each))
          : [...peers.value, peer];
      });
      connection.on('peerLeft', ({ peerId }) => {
        peers.value = without(peerId);
      });
      connection.on('counts', (now) => {
        counts.value = now;
      });
    },
  };
}
