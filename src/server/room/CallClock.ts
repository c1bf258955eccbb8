import type { Peer } from './Peer.ts';
import type { Clock, PeerSocket } from './ports.ts';

/** Tells interviewers in the call for how long it has been an interview: since the first of the applicants came who are in it. */
export class CallClock {
  readonly #people: Iterable<Peer>;
  readonly #clock: Pick<Clock, 'now'>;
  /** What each interviewer's page was told last. */
  readonly #told = new WeakMap<PeerSocket, string | null>();

  constructor(people: Iterable<Peer>, clock: Pick<Clock, 'now'>) {
    this.#people = people;
    this.#clock = clock;
  }

  /** Tells those who do not know. */
  announce(): void {
    const { begunAt } = this;
    for (const { role, state, socket } of this.#people) {
      if (role !== 'interviewer' || state !== 'inCall' || !socket) continue;
      if (this.#told.get(socket) === begunAt) continue;
      this.#told.set(socket, begunAt);
      socket.notify('callTimes', { now: this.#clock.now().toISOString(), begunAt });
    }
  }

  get begunAt(): string | null {
    const stays = [...this.#people].filter(({ role }) => role === 'applicant').map(({ stay }) => stay);
    const begun = stays.filter((stay) => stay !== null).map(({ enteredAt }) => enteredAt.getTime());
    return begun.length === 0 ? null : new Date(Math.min(...begun)).toISOString();
  }
}
