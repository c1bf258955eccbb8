import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import { closeCodes } from '../../protocol/errors.ts';
import type { CallSnapshot, EarlyInfo, EndReason, JoinResult } from '../../protocol/messages.ts';
import type { BrowserSupport } from '../browser/support.ts';
import type { Closed, Connection, ConnectionOptions, ConnectionStatus } from '../connection/connection.ts';
import { RequestError } from '../connection/RequestError.ts';
import type { Devices } from '../media/devices.ts';
import { type ChatModel, createChat } from './chat.ts';
import { type CheckModel, type CheckOptions, createCheck } from './check.ts';
import { createEarly, type EarlyModel } from './early.ts';
import { createEffects, type EffectLoaders, type EffectsModel } from './effects.ts';
import { createInterviewer, type InterviewerModel } from './interviewer.ts';
import { createMedia, type MediaModel, type MediaOptions } from './media.ts';
import type { Memory } from './memory.ts';
import { createNavigation, type Navigation, type Screen } from './navigation.ts';
import { createOwn, type OwnModel } from './own.ts';
import { createPeople, type PeopleModel } from './people.ts';
import { createPresence, type Presence } from './presence.ts';
import { createSeat, type Seat } from './seat.ts';

type InterviewOptions = {
  token: string;
  connect(options: ConnectionOptions): Connection;
  devices: Devices;
  loadMedia: MediaOptions['loadMedia'];
  loadEffects: EffectLoaders;
  measureSpeed: CheckOptions['measureSpeed'];
  hasOutput: CheckOptions['hasOutput'];
  support: BrowserSupport;
  memory: Memory;
  /** Milliseconds until a room that was full is tried again. */
  fullRoomMs?(): number;
};

/** One person's interview, as views see it. */
export type Interview = {
  readonly token: string;
  readonly memory: Memory;
  readonly support: BrowserSupport;
  readonly screen: ReadonlySignal<Screen>;
  readonly status: ReadonlySignal<ConnectionStatus>;
  /** The server has not answered for a while: the person is told that the page keeps trying. */
  readonly slow: ReadonlySignal<boolean>;
  /** Until when the server waits for this call to end before it stops; null: it does not stop. */
  readonly stopsAt: ReadonlySignal<string | null>;
  /** An interviewer has put this person on hold. */
  readonly held: ReadonlySignal<boolean>;
  /** Whether the camera's picture goes out now. */
  readonly sendsCamera: ReadonlySignal<boolean>;
  readonly seat: Seat;
  readonly own: OwnModel;
  readonly devices: Devices;
  readonly effects: EffectsModel;
  readonly early: EarlyModel;
  readonly check: CheckModel;
  readonly people: PeopleModel;
  readonly interviewer: InterviewerModel;
  readonly chat: ChatModel;
  readonly media: Pick<MediaModel, 'state' | 'remote' | 'levelOf' | 'sendStats' | 'trySending'>;
  /** @throws {RequestError} disconnected, as long as there is no connection */
  readonly request: Connection['request'];
  readonly passCheck: Navigation['passCheck'];
  readonly checkAgain: Navigation['goToCheck'];
  /** From the check to the time until which nobody can come in. */
  readonly backToEarly: Navigation['goToEarly'];
  readonly toggleHand: Presence['toggleHand'];
  readonly shareScreen: Presence['shareScreen'];
  /** For good, and at once for the person. */
  leave(): Promise<void>;
  /** From the end page back into the waiting room; from another tab's take-over back into the seat. */
  reconnect(): void;
};

/** Milliseconds after which a first answer of the server is late. */
const SLOW_MS = 2_000;

/** Some ten seconds, for each who waits another time. */
const aboutTenSeconds = () => 8_000 + Math.random() * 4_000;

/**
 * One person's interview: which screen is shown and why, what may be done on it. Owns the connection, the devices
 * and the media session; views read its signals and call its actions, and know nothing else.
 */
export function createInterview(options: InterviewOptions): Interview {
  const { token, connect, devices, support, memory, fullRoomMs = aboutTenSeconds } = options;
  const connection = signal<Connection | null>(null);
  const slow = signal(false);
  const held = signal(false);
  const stopsAt = signal<string | null>(null);
  let slowTimer: ReturnType<typeof setTimeout> | undefined;
  let fullTimer: ReturnType<typeof setTimeout> | undefined;

  const request: Connection['request'] = (method, params) =>
    connection.value?.request(method, params) ??
    Promise.reject(new RequestError('disconnected', 'there is no connection'));
  const isOpen = () => seat.isJoined() && connection.peek()?.status.peek() === 'open';

  const navigation = createNavigation({ memory, devices, runCheck: () => check.run() });
  const { screen } = navigation;
  const seat = createSeat({ request, memory, onAdmitted: (call) => goLive(call) });
  const people = createPeople();
  const interviewer = createInterviewer(request, memory);
  const effects = createEffects({ devices, memory, load: options.loadEffects });
  const own = createOwn({ devices, tracks: effects, memory });
  const presence = createPresence({ own, screen, memory, request, isOpen });
  /** Somebody is in the call, this person asks to come in, or the check looks whether anything gets through. */
  const needed = computed(
    () =>
      seat.requested.value ||
      seat.busy.value ||
      screen.value.name === 'call' ||
      screen.value.name === 'check' ||
      (people.counts.value?.inCall ?? 0) > 0,
  );
  const media = createMedia({ loadMedia: options.loadMedia, own, needed });
  const chat = createChat({
    send: (message) => request('sendChat', message),
    readEarlier: (before) => request('readChat', { before }),
    newId: () => crypto.randomUUID(),
    memory,
  });
  const check = createCheck({
    support,
    devices,
    hasOutput: options.hasOutput,
    measureSpeed: options.measureSpeed,
    probe: async () => (await media.ready()).probe(),
    onDone(report) {
      memory.keep('checkReport', report);
      presence.reportCheck();
      if (early.isEarly.peek()) navigation.endEarlyCheck(check.complete.peek());
    },
  });
  const early = createEarly({ busy: check.running, ask: open });

  function open(): void {
    clearTimeout(fullTimer);
    connection.peek()?.close();
    const opened = connect({
      token,
      resumeKey: memory.resumeKey,
      keepMedia: media.isOpen,
      onJoined: (result, resumed) =>
        result.early ? onEarly(opened, result, result.early) : onJoined(opened, result, resumed),
      onClosed,
    });
    for (const each of [seat, people, interviewer, chat, early]) each.follow(opened);
    opened.on('turnedOff', presence.beTurnedOff);
    opened.on('hold', (now) => setHeld(now.held));
    opened.on('stopping', (now) => {
      stopsAt.value = now.stopsAt;
    });
    connection.value = opened;
    slow.value = false;
    clearTimeout(slowTimer);
    slowTimer = setTimeout(() => {
      slow.value = true;
    }, SLOW_MS);
  }

  function onJoined(opened: Connection, result: JoinResult, resumed: boolean): void {
    const wasEarly = early.isEarly.peek();
    early.stop();
    const notice = seat.noticeOf(result, resumed, screen.value.name === 'call');
    const lostPlace = notice === 'lostPlace';
    batch(() => {
      // The page was reloaded in its seat: the wishes are those of before.
      if (resumed && !seat.isJoined()) own.restore();
      if (result.turnedOff) own.beTurnedOff(result.turnedOff);
      seat.join(result, resumed, notice);
      people.counts.value = result.counts;
      interviewer.entry.value = result.entry;
      interviewer.waitingMessage.value = result.waitingMessage;
      own.handRaised.value = result.handRaised;
    });
    if (lostPlace) {
      media.stop();
      own.stopSharing();
    }
    if (resumed && media.exists()) media.resync(result);
    else void media.start(opened, result);
    batch(() => {
      if (result.call) goLive(result.call, result.state === 'held');
      else if (lostPlace || navigation.isOutside()) navigation.goToFirstScreen(seat.requested.value);
      else if (wasEarly && check.complete.value) navigation.passCheck();
      presence.joined(resumed);
    });
  }

  /** Before the room opens; also for who was in it when it was given another time, and has lost their place. */
  function onEarly(opened: Connection, result: JoinResult, info: EarlyInfo): void {
    seat.join(result, false, null);
    people.counts.value = null;
    early.start(info);
    if (screen.value.name !== 'check') {
      own.stopSharing();
      navigation.goToEarly();
    }
    void media.start(opened, result);
  }

  function onClosed(closed: Closed): void {
    if (closed.code === closeCodes.ended) {
      memory.forgetSeat();
      return void end(closed.ended ?? 'left');
    }
    early.stop();
    navigation.goToProblem(closed);
    stopMedia();
    // Somebody goes sooner or later, and whose turn it is must not have to press anything.
    if (closed.refused?.code === 'room_full') fullTimer = setTimeout(open, fullRoomMs());
  }

  function end(reason: EndReason): void {
    navigation.goToEnd(reason);
    own.endCall();
    stopMedia();
  }

  /** What is captured ends with the call, however that ended. */
  function stopMedia(): void {
    own.stopSharing();
    media.stop();
    devices.stop();
  }

  function goLive(call: CallSnapshot, isHeld = false): void {
    // The media first: rendering the call takes longer than letting packets flow.
    setHeld(isHeld);
    batch(() => {
      people.replace(call.peers);
      chat.replace(call, seat.peerId());
      stopsAt.value = call.stopsAt;
      seat.letIn();
      navigation.goToCall();
    });
    void devices.open();
  }

  /** Nothing is sent meanwhile, and a shared screen is not taken up again. */
  function setHeld(now: boolean): void {
    held.value = now;
    if (now) own.stopSharing();
    media.setLive(!now);
  }

  /**
   * The key of the seat is kept until the server has confirmed it: on a bad line 「再接続」 then leads back into the seat,
   * and not before one's own ghost.
   */
  async function leave(): Promise<void> {
    const leaving = connection.value;
    const confirmed = request('leave', {});
    end('left');
    await confirmed.then(memory.forgetSeat, () => undefined);
    leaving?.close();
  }

  function reconnect(): void {
    batch(() => {
      chat.clear();
      people.replace([]);
      seat.giveUp();
      navigation.goToConnecting();
    });
    open();
  }

  open();

  return {
    token,
    memory,
    support,
    screen,
    status: computed(() => connection.value?.status.value ?? 'closed'),
    slow,
    stopsAt,
    held,
    sendsCamera: computed(() => own.sending.value.camera && !held.value && screen.value.name === 'call'),
    seat,
    own,
    devices,
    effects,
    early,
    check,
    people,
    interviewer,
    chat,
    media,
    request,
    passCheck: navigation.passCheck,
    checkAgain: navigation.goToCheck,
    backToEarly: navigation.goToEarly,
    toggleHand: presence.toggleHand,
    shareScreen: presence.shareScreen,
    leave,
    reconnect,
  };
}
