import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { CallSnapshot, JoinResult, Role, RoomInfo } from '../../protocol/messages.ts';
import { nameProblem, storedName } from '../../protocol/names.ts';
import type { Connection } from '../connection/connection.ts';
import type { RequestError } from '../connection/RequestError.ts';
import type { Memory } from './memory.ts';

/** Who is nervous presses twice: the second time must not take back what was asked for the first time. */
export const DOUBLE_PRESS_MS = 1_000;

/** What the waiting room tells beside its usual words. */
export type WaitingNotice =
  | 'denied'
  | 'moveRefused'
  | 'lostPlace'
  | 'lostRequest'
  | 'nameUnknown'
  | 'full'
  | 'tooFast'
  | 'failed';

/** What did not work, by the server's word for it; `failed` for all others. */
const noticeByCode: { [code in RequestError['code']]?: WaitingNotice } = {
  server_full: 'full',
  too_fast: 'tooFast',
  // The only one who is looked for here by name: whose seat is to move.
  not_found: 'nameUnknown',
};

/** The person's place in the room, from the link to the call. */
export type Seat = {
  readonly role: ReadonlySignal<Role>;
  readonly room: ReadonlySignal<RoomInfo | null>;
  readonly company: Signal<string>;
  readonly name: Signal<string>;
  /** Whether the names are such that one can come in. */
  readonly namesReady: ReadonlySignal<boolean>;
  /** Whether this person has asked to be let in. */
  readonly requested: ReadonlySignal<boolean>;
  /** Whether somebody else sits in the place of this role. */
  readonly taken: ReadonlySignal<boolean>;
  /** That seat may be moved to this device; and this person has asked for it, and an interviewer has to agree. */
  readonly movable: ReadonlySignal<boolean>;
  readonly moveAsked: ReadonlySignal<boolean>;
  readonly notice: ReadonlySignal<WaitingNotice | null>;
  /** This person has been let in, and has not read it yet. */
  readonly begun: Signal<boolean>;
  /** Whether the one next step is being taken. */
  readonly busy: ReadonlySignal<boolean>;
  /** Who is early has no place yet. */
  isJoined(): boolean;
  peerId(): string;
  /** The key of this seat, for what goes over HTTP. */
  resumeKey(): string;
  /** Keeps up with what the server says over this connection. */
  follow(connection: Connection): void;
  /** What a join changes for the person, who was in the call before or not; to be asked before `join`. */
  noticeOf(result: JoinResult, resumed: boolean, wasInCall: boolean): WaitingNotice | null;
  join(result: JoinResult, resumed: boolean, notice: WaitingNotice | null): void;
  /** One is in the call: there is nothing left to ask for. */
  letIn(): void;
  /** Another join will be another beginning. */
  giveUp(): void;
  /** Interviewer: into the call. */
  enter(): Promise<void>;
  /** Applicant: asks to be let in, or takes it back. */
  toggleRequest(): Promise<void>;
  /** Asks for the seat that this person has on another device, or takes that back. */
  toggleMove(): Promise<void>;
};

type SeatOptions = {
  request: Connection['request'];
  memory: Pick<Memory, 'names' | 'keepNames' | 'keepResumeKey'>;
  onAdmitted(call: CallSnapshot): void;
  /** The seat of another device is this one's now: its key is kept, and leads into it. */
  onMoved(): void;
};

/** One's own place in the room: who one is there, and the way from its waiting room into the call. */
export function createSeat({ request, memory, onAdmitted, onMoved }: SeatOptions): Seat {
  const joined = signal<JoinResult | null>(null);
  const role = computed<Role>(() => joined.value?.role ?? 'applicant');
  const room = signal<RoomInfo | null>(null);
  const company = signal('');
  const name = signal('');
  const requested = signal(false);
  const taken = signal(false);
  const movable = signal(false);
  const moveAsked = signal(false);
  const notice = signal<WaitingNotice | null>(null);
  const begun = signal(false);
  const busy = signal(false);
  /** When this person asked to be let in, by performance.now(). */
  let askedAt = Number.NEGATIVE_INFINITY;

  /**
   * As they were given in this seat before the page was reloaded or on another device, whatever was typed here; or by this link; else
   * as the invitation has them, and at last as they were given at another interview: a computer is used by several people.
   */
  function takeNames(result: JoinResult, resumed: boolean): void {
    const { role, room, invitedName } = result;
    const kept = memory.names(role);
    const here = kept.ofLink ? kept : { company: '', name: '' };
    const seat = resumed ? result : { company: '', name: '' };
    const invited = { company: role === 'interviewer' ? room.company : '', name: invitedName };
    const usual = {
      company: storedName(here.company || invited.company || kept.company),
      name: storedName(here.name || invited.name || kept.name),
    };
    company.value = seat.company || company.value || usual.company;
    name.value = seat.name || name.value || usual.name;
  }

  function keepNames(): void {
    memory.keepNames(role.value, { company: storedName(company.value), name: storedName(name.value) });
  }

  async function attempt(action: () => Promise<void>): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    notice.value = null;
    try {
      await action();
    } catch (error) {
      const { code } = error as RequestError;
      if (code === 'seat_taken') taken.value = true;
      else notice.value = noticeByCode[code] ?? 'failed';
    } finally {
      busy.value = false;
    }
  }

  async function ask(): Promise<void> {
    keepNames();
    await request('requestAdmission', { name: name.value });
    askedAt = performance.now();
    requested.value = true;
  }

  function moveHere(resumeKey: string): void {
    memory.keepResumeKey(resumeKey);
    onMoved();
  }

  async function askToMove(): Promise<void> {
    const { value } = name;
    const { resumeKey } = await request('moveSeat', nameProblem(value) ? {} : { name: value });
    if (resumeKey) moveHere(resumeKey);
    else moveAsked.value = true;
  }

  async function takeMoveBack(): Promise<void> {
    await request('cancelMove', {});
    moveAsked.value = false;
  }

  async function takeBack(): Promise<void> {
    await request('cancelRequest', {});
    requested.value = false;
  }

  return {
    role,
    room,
    company,
    name,
    namesReady: computed(
      () => !nameProblem(name.value) && (role.value === 'applicant' || !nameProblem(company.value)),
    ),
    requested,
    taken,
    movable,
    moveAsked,
    notice,
    begun,
    busy,
    isJoined: () => joined.peek() !== null && joined.peek()?.early === null,
    peerId: () => joined.peek()?.peerId ?? '',
    resumeKey: () => joined.peek()?.resumeKey ?? '',
    follow(connection): void {
      connection.on('seat', (now) => {
        taken.value = now.taken;
        movable.value = now.movable;
        if (!now.movable) moveAsked.value = false;
      });
      connection.on('roomChanged', (now) => {
        room.value = now.room;
      });
      connection.on('seatMoved', ({ resumeKey }) => moveHere(resumeKey));
      connection.on('moveRefused', () => {
        moveAsked.value = false;
        notice.value = 'moveRefused';
      });
      connection.on('admitted', (call) => {
        begun.value = true;
        onAdmitted(call);
      });
      connection.on('denied', () => {
        requested.value = false;
        notice.value = 'denied';
      });
    },
    noticeOf({ state }, resumed, wasInCall) {
      if (!resumed && wasInCall) return 'lostPlace';
      if (!requested.value || state !== 'waiting') return null;
      return resumed ? 'denied' : 'lostRequest';
    },
    join(result, resumed, news): void {
      if (result.resumeKey) memory.keepResumeKey(result.resumeKey);
      batch(() => {
        // Who is early types nothing, and is not told yet for whom the link is.
        if (!joined.value || joined.value.early) takeNames(result, resumed);
        joined.value = result;
        room.value = result.room;
        taken.value = result.seatTaken;
        movable.value = result.seatMovable;
        moveAsked.value = result.moveAsked;
        // Let in while the line was away.
        if (requested.value && result.call) begun.value = true;
        requested.value = result.state === 'requesting';
        if (news) notice.value = news;
      });
      const { movedKey } = result;
      // As soon as this join is done with.
      if (movedKey) queueMicrotask(() => moveHere(movedKey));
    },
    letIn(): void {
      requested.value = false;
      notice.value = null;
    },
    giveUp(): void {
      joined.value = null;
      notice.value = null;
      begun.value = false;
      requested.value = false;
      moveAsked.value = false;
    },
    enter: () =>
      attempt(async () => {
        keepNames();
        onAdmitted(await request('enter', { company: company.value, name: name.value }));
      }),
    async toggleRequest(): Promise<void> {
      if (requested.value && performance.now() - askedAt < DOUBLE_PRESS_MS) return;
      await attempt(requested.value ? takeBack : ask);
    },
    toggleMove: () => attempt(moveAsked.value ? takeMoveBack : askToMove),
  };
}
