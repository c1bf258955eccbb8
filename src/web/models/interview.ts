/**
 * One person's interview: which screen is shown and why, what may be done on it. Owns the connection, the devices
 * and the media session; views read its signals and call its actions, and know nothing else.
 */
import { batch, computed, effect, signal } from '@preact/signals';
import { closeCodes } from '../../protocol/errors.ts';
import type {
  CallSnapshot,
  EndReason,
  JoinResult,
  Notifications,
  Role,
  RoomInfo,
  TurnedOff,
} from '../../protocol/messages.ts';
import { nameProblem } from '../../protocol/names.ts';
import type { Quality } from '../../protocol/quality.ts';
import type { BrowserSupport } from '../browser/support.ts';
import type { Closed, Connection, ConnectionOptions } from '../connection/connection.ts';
import { RequestError } from '../connection/RequestError.ts';
import type { Devices } from '../media/devices.ts';
import { type Volume, volumeOf } from '../media/sounds.ts';
import { createChat } from './chat.ts';
import { createCheck, type Speed } from './check.ts';
import { createEffects, type EffectLoaders } from './effects.ts';
import { createHost } from './host.ts';
import { createMedia, type MediaOptions } from './media.ts';
import type { Memory } from './memory.ts';
import { createOwn } from './own.ts';
import { createPeople } from './people.ts';

export type Screen =
  | { name: 'connecting' }
  | { name: 'check' }
  | { name: 'waiting' }
  | { name: 'call' }
  | { name: 'end'; reason: EndReason }
  | { name: 'refused'; refused: Notifications['refused'] }
  | { name: 'version' | 'replaced' | 'broken' };

/** Who is nervous presses twice: the second time must not take back what was asked for the first time. */
export const DOUBLE_PRESS_MS = 1_000;

/** What the waiting room tells beside its usual words. */
export type WaitingNotice = 'denied' | 'lostPlace' | 'lostRequest' | 'full' | 'tooFast' | 'failed';

/** What did not work, by the server's word for it. */
const noticeByCode: Record<string, WaitingNotice> = { server_full: 'full', too_fast: 'tooFast' };

export type InterviewOptions = {
  token: string;
  connect(options: ConnectionOptions): Connection;
  devices: Devices;
  loadMedia: MediaOptions['loadMedia'];
  loadEffects: EffectLoaders;
  measureSpeed(onProgress: (fraction: number) => void): Promise<Speed>;
  hasOutput(): Promise<boolean>;
  support: BrowserSupport;
  memory: Memory;
  /** Milliseconds until a room that was full is tried again. */
  fullRoomMs?(): number;
};

/** Milliseconds after which a first answer of the server is late. */
const SLOW_MS = 2_000;

/** Some ten seconds, for each who waits another time. */
const aboutTenSeconds = () => 8_000 + Math.random() * 4_000;

export type Interview = ReturnType<typeof createInterview>;

export function createInterview(options: InterviewOptions) {
  const { token, connect, devices, support, memory, fullRoomMs = aboutTenSeconds } = options;
  const screen = signal<Screen>({ name: 'connecting' });
  const connection = signal<Connection | null>(null);
  const joined = signal<JoinResult | null>(null);
  const role = computed<Role>(() => joined.value?.role ?? 'applicant');
  const room = computed<RoomInfo | null>(() => joined.value?.room ?? null);
  const company = signal('');
  const name = signal('');
  const requested = signal(false);
  const seatTaken = signal(false);
  const notice = signal<WaitingNotice | null>(null);
  const busy = signal(false);
  /** The server has not answered for a while: the person is told that the page keeps trying. */
  const slow = signal(false);
  let slowTimer: ReturnType<typeof setTimeout> | undefined;
  let fullTimer: ReturnType<typeof setTimeout> | undefined;
  const people = createPeople();
  const effects = createEffects({ devices, memory, load: options.loadEffects });
  const own = createOwn({ devices, tracks: effects, memory });
  const { sending, settled, quality } = own;
  /** Somebody is in the call, this person asks to come in, or the check looks whether anything gets through. */
  const needed = computed(
    () =>
      requested.value ||
      busy.value ||
      screen.value.name === 'call' ||
      screen.value.name === 'check' ||
      (people.counts.value?.inCall ?? 0) > 0,
  );
  const media = createMedia({ loadMedia: options.loadMedia, own, needed });
  const requestVolume = signal(volumeOf(memory.get('requestVolume')));
  /** An interviewer has put this person on hold. */
  const held = signal(false);
  /** Until when the server waits for this call to end before it stops; null: it does not stop. */
  const stopsAt = signal<string | null>(null);

  /** @throws {RequestError} disconnected, as long as there is no connection */
  const request: Connection['request'] = (method, params) =>
    connection.value?.request(method, params) ??
    Promise.reject(new RequestError('disconnected', 'there is no connection'));

  const chat = createChat({
    send: (message) => request('sendChat', message),
    readEarlier: (before) => request('readChat', { before }),
    newId: () => crypto.randomUUID(),
    memory,
  });
  /** As the server knows it; at first that of everyone. */
  let toldQuality: Quality | null = 'high';
  const host = createHost(request);
  const check = createCheck({
    support,
    devices,
    hasOutput: options.hasOutput,
    measureSpeed: options.measureSpeed,
    probe: async () => (await media.ready()).probe(),
    onDone(report) {
      memory.keep('checkReport', report);
      reportCheck();
    },
  });

  // ---- connection and media ------------------------------------------------------------------------------

  function open(): void {
    clearTimeout(fullTimer);
    const opened = connect({
      token,
      resumeKey: memory.resumeKey,
      keepMedia: media.isOpen,
      onJoined: (result, resumed) => onJoined(opened, result, resumed),
      onClosed,
    });
    people.follow(opened);
    host.follow(opened);
    opened.on('seat', ({ taken }) => {
      seatTaken.value = taken;
    });
    opened.on('admitted', (call) => goLive(call));
    opened.on('denied', () => {
      requested.value = false;
      notice.value = 'denied';
    });
    opened.on('chatMessage', ({ message }) => chat.add(message));
    opened.on('messageDeleted', ({ messageId }) => chat.removed(messageId));
    opened.on('chatCleared', chat.cleared);
    opened.on('turnedOff', beTurnedOff);
    opened.on('namesHidden', chat.hideNames);
    opened.on('hold', (told) => beHeld(told.held));
    opened.on('stopping', (told) => {
      stopsAt.value = told.stopsAt;
    });
    connection.value = opened;
    slow.value = false;
    clearTimeout(slowTimer);
    slowTimer = setTimeout(() => {
      slow.value = true;
    }, SLOW_MS);
  }

  function onJoined(opened: Connection, result: JoinResult, resumed: boolean): void {
    const told = noticeOf(result, resumed);
    const lostPlace = told === 'lostPlace';
    batch(() => {
      memory.keepResumeKey(result.resumeKey);
      if (!joined.value) rememberNames(result);
      if (resumed && !joined.value) takeOver(result);
      if (result.turnedOff) own.beTurnedOff(result.turnedOff);
      joined.value = result;
      seatTaken.value = result.seatTaken;
      requested.value = result.state === 'requesting';
      people.counts.value = result.counts;
      host.entry.value = result.entry;
      own.handRaised.value = result.handRaised;
      if (told) notice.value = told;
    });
    if (!resumed) toldQuality = 'high';
    if (lostPlace) media.stop();
    if (resumed && media.exists()) media.resync(result);
    else void media.start(opened, result);
    if (result.call) goLive(result.call, result.state === 'held');
    else if (lostPlace || isOutside()) goToFirstScreen();
    sendDevices();
    sendQuality();
    reportCheck();
  }

  /** Not let in until now, as the room was full or nothing was known of it. */
  function isOutside(): boolean {
    return screen.value.name === 'connecting' || screen.value.name === 'refused';
  }

  /** What has changed for the person while the connection was away. */
  function noticeOf({ state }: JoinResult, resumed: boolean): WaitingNotice | null {
    if (!resumed && screen.value.name === 'call') return 'lostPlace';
    if (!requested.value || state !== 'waiting') return null;
    return resumed ? 'denied' : 'lostRequest';
  }

  function rememberNames({ role }: JoinResult): void {
    const names = memory.names(role);
    company.value = names.company;
    name.value = names.name;
  }

  /** The page was reloaded in its seat: names and wishes are those of before. */
  function takeOver(result: JoinResult): void {
    if (result.name) name.value = result.name;
    if (result.company) company.value = result.company;
    own.restore();
  }

  function onClosed({ code, refused, ended }: Closed): void {
    if (code === closeCodes.ended) {
      finish(ended ?? 'left');
      return;
    }
    if (refused) screen.value = { name: 'refused', refused };
    else if (code === closeCodes.version) screen.value = { name: 'version' };
    else if (code === closeCodes.replaced) screen.value = { name: 'replaced' };
    else screen.value = { name: 'broken' };
    stopMedia();
    // Somebody goes sooner or later, and whose turn it is must not have to press anything.
    if (refused?.code === 'room_full') fullTimer = setTimeout(open, fullRoomMs());
  }

  function finish(reason: EndReason): void {
    memory.forgetSeat();
    end(reason);
  }

  function end(reason: EndReason): void {
    screen.value = { name: 'end', reason };
    own.endCall();
    stopMedia();
  }

  function stopMedia(): void {
    media.stop();
    devices.stop();
  }

  // ---- what is sent of oneself ---------------------------------------------------------------------------

  effect(() => {
    if (settled.value) sendDevices(sending.value);
  });

  function sendDevices(devices = sending.peek()): void {
    if (!settled.peek() || !isOpen()) return;
    // Lost on the way: the next join sends it again.
    request('setDevices', { ...devices, heard: own.heard() }).catch(() => undefined);
  }

  /** The server waits for a wish that knows of it, whether or not it changes anything here. */
  function beTurnedOff(told: TurnedOff): void {
    own.beTurnedOff(told);
    sendDevices();
  }

  effect(() => {
    sendQuality(quality.value);
  });

  function sendQuality(chosen = quality.peek()): void {
    if (!isOpen() || chosen === toldQuality) return;
    toldQuality = chosen;
    // Lost on the way: the next join sends it again.
    request('setQuality', { quality: chosen }).catch(() => {
      toldQuality = null;
    });
  }

  /** What the check found here, at this visit or an earlier one. */
  function reportCheck(): void {
    const report = memory.get('checkReport');
    if (report && isOpen()) request('reportCheck', { report }).catch(() => undefined);
  }

  function isOpen(): boolean {
    return joined.peek() !== null && connection.peek()?.status.peek() === 'open';
  }

  // ---- screens -------------------------------------------------------------------------------------------

  function goToFirstScreen(): void {
    if (memory.hasPassedCheck() || requested.value) goToWaiting();
    else goToCheck();
  }

  function goToCheck(): void {
    screen.value = { name: 'check' };
    void check.run();
  }

  function goToWaiting(): void {
    screen.value = { name: 'waiting' };
    void devices.open();
  }

  function goLive(call: CallSnapshot, isHeld = false): void {
    // The media first: rendering the call takes longer than letting packets flow.
    beHeld(isHeld);
    batch(() => {
      people.replace(call.peers);
      chat.replace(call, joined.value?.peerId ?? '');
      stopsAt.value = call.stopsAt;
      requested.value = false;
      notice.value = null;
      screen.value = { name: 'call' };
    });
    void devices.open();
  }

  /** Nothing is sent meanwhile, and a shared screen is not taken up again. */
  function beHeld(now: boolean): void {
    held.value = now;
    if (now) own.stopSharing();
    media.setLive(!now);
  }

  /** When this person asked to be let in, by performance.now(). */
  let askedAt = Number.NEGATIVE_INFINITY;

  async function attempt(action: () => Promise<void>): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    notice.value = null;
    try {
      await action();
    } catch (error) {
      const { code } = error as RequestError;
      if (code === 'seat_taken') seatTaken.value = true;
      else notice.value = noticeByCode[code] ?? 'failed';
    } finally {
      busy.value = false;
    }
  }

  const namesReady = computed(
    () => !nameProblem(name.value) && (role.value === 'applicant' || !nameProblem(company.value)),
  );

  function keepNames(): void {
    memory.keepNames(role.value, { company: company.value.trim(), name: name.value.trim() });
  }

  open();

  return {
    ...own,
    token,
    screen,
    role,
    room,
    company,
    name,
    namesReady,
    requested,
    seatTaken,
    notice,
    busy,
    slow,
    held,
    stopsAt,
    people,
    host,
    chat,
    check,
    /** Whether the camera's picture goes out now. */
    sendsCamera: computed(() => sending.value.camera && !held.value && screen.value.name === 'call'),
    connection,
    request,
    devices,
    effects,
    memory,
    support,
    status: computed(() => connection.value?.status.value ?? 'closed'),
    mediaState: media.state,
    remote: media.remote,
    levelOf: media.levelOf,
    sendStats: media.sendStats,
    /** From the check into the waiting room. */
    passCheck(): void {
      memory.keepPassedCheck();
      goToWaiting();
    },
    checkAgain: goToCheck,
    /** Interviewer: into the call. */
    enter: () =>
      attempt(async () => {
        keepNames();
        goLive(await request('enter', { company: company.value, name: name.value }));
      }),
    /** Applicant: asks to be let in, or takes it back. */
    async toggleRequest(): Promise<void> {
      if (requested.value && performance.now() - askedAt < DOUBLE_PRESS_MS) return;
      await attempt(async () => {
        const ask = !requested.value;
        if (ask) keepNames();
        if (ask) await request('requestAdmission', { name: name.value });
        else await request('cancelRequest', {});
        if (ask) askedAt = performance.now();
        requested.value = ask;
      });
    },
    requestVolume,
    chooseRequestVolume(volume: Volume): void {
      requestVolume.value = volume;
      memory.keep('requestVolume', volume);
    },
    /** Shown at once, and as it was before when the server has not heard of it. */
    async toggleHand(): Promise<void> {
      const raised = !own.handRaised.value;
      own.handRaised.value = raised;
      await request('setHand', { raised }).catch(() => {
        own.handRaised.value = !raised;
      });
    },
    /** The key of this seat, for what goes over HTTP. */
    resumeKey: () => joined.value?.resumeKey ?? '',
    /**
     * For good, and at once for the person. The key of the seat is kept until the server has confirmed it: on a
     * bad line 「再接続」 then leads back into the seat, and not before one's own ghost.
     */
    async leave(): Promise<void> {
      const leaving = connection.value;
      const confirmed = request('leave', {});
      end('left');
      await confirmed.then(memory.forgetSeat, () => undefined);
      leaving?.close();
    },
    /** From the end page back into the waiting room; from another tab's take-over back into the seat. */
    reconnect(): void {
      connection.value?.close();
      batch(() => {
        chat.clear();
        people.replace([]);
        joined.value = null;
        notice.value = null;
        requested.value = false;
        screen.value = { name: 'connecting' };
      });
      open();
    },
  };
}
