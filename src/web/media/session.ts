import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { IceServer, JoinResult } from '../../protocol/messages.ts';
import { type SentSource, sentSources } from '../../protocol/sources.ts';
import type { Connection } from '../connection/connection.ts';
import { isLineLost } from '../connection/isLineLost.ts';
import { deviceLoader } from './device.ts';
import { type ProbeResult, probeTransport } from './probe.ts';
import { watchForQuiet } from './quiet.ts';
import { createReceiver, type Receiver, type RemoteMedia } from './receiver.ts';
import { createSender, type LocalMedia, nothingLocal, type Sender } from './sender.ts';
import { openTransports, type Transports } from './transports.ts';
import { createUnsent } from './unsent.ts';

export type { RemoteMedia } from './receiver.ts';

/** trouble: the line is broken and being mended. */
type MediaState = 'new' | 'connecting' | 'connected' | 'trouble';

/** The media of one person in one room. */
export type MediaSession = {
  /** Makes and connects both transports, in a stand-by that sends nothing. Safe to call while waiting, and again. */
  warm(): Promise<void>;
  /** Lets go of both, on the server as well, until they are warmed again. */
  cool(): void;
  /** Which local tracks exist and whether each is on; what is off, ended or not live yet is not sent. */
  setLocal(local: LocalMedia): void;
  /** true once the server has let us in; false: stand-by again. */
  setLive(live: boolean): void;
  readonly remote: ReadonlySignal<ReadonlyMap<string, RemoteMedia>>;
  /** Environment check: sends silence until it has arrived at the server. @throws {ProbeError} after 10 s */
  probe(): Promise<ProbeResult>;
  readonly state: ReadonlySignal<MediaState>;
  /** What cannot be sent although the server can be asked; tried again and again. */
  readonly unsent: ReadonlySignal<readonly SentSource[]>;
  /** Tries that at once. */
  trySending(): void;
  /** Whether there are transports, which may outlive a lost socket. */
  readonly isOpen: boolean;
  /** How loud a peer is now, 0 to 1. */
  levelOf(peerId: string): number;
  /** Of what is sent; null while nothing can be. */
  sendStats(): Promise<RTCStatsReport | null>;
  /** After a lost socket came back with its media kept: agrees with the server again. */
  resync(joined: Pick<JoinResult, 'consumers' | 'iceServers'>): void;
  close(): void;
};

/** What the server has told of its media when the page joined. */
export type MediaSessionOptions = {
  connection: Connection;
  routerRtpCapabilities: JoinResult['rtpCapabilities'];
  iceServers: IceServer[];
};

/**
 * The media of one person in one room: two transports that are connected before the person is let in, so that
 * being let in costs one key frame and not a handshake. Lives outside the views; they read `remote` and `state`.
 */
export function createMediaSession(options: MediaSessionOptions): MediaSession {
  return new Session(options);
}

const REOPEN_MS = 1_000;
/**
 * Of what is sent, the server tells every 100 ms (mediasoup, TransportCongestionControlServer), and of a silent voice with each
 * of its packets, which are 400 ms apart (DTX).
 */
const LISTEN_MS = 800;

class Session implements MediaSession {
  readonly state = signal<MediaState>('new');
  readonly unsent = computed(() => (this.#blocked.value ? sentSources : this.#unsent.sources.value));
  readonly #options: MediaSessionOptions;
  readonly #receiver: Receiver;
  readonly #loadDevice: ReturnType<typeof deviceLoader>;
  readonly #stopListening: (() => void)[];
  #iceServers: IceServer[];
  #local: LocalMedia = nothingLocal;
  #live = false;
  /** Whether the transports are to be there: what is lost is made anew then. */
  #warm = false;
  #transports: Transports | null = null;
  #sender: Sender | null = null;
  /** There are no transports to send by, and not for the line's sake. */
  readonly #blocked = signal(false);
  readonly #unsent = createUnsent((isBroken) => {
    if (isBroken) this.#rebuild();
    else this.#sender?.update(this.#local, this.#live);
  });
  #opening: Promise<void> | null = null;
  /** Raised when everything is made anew, so that what was begun before is dropped. */
  #generation = 0;
  #reopen: ReturnType<typeof setTimeout> | undefined;

  constructor(options: MediaSessionOptions) {
    this.#options = options;
    const { connection } = options;
    this.#iceServers = options.iceServers;
    this.#loadDevice = deviceLoader(options.routerRtpCapabilities);
    this.#receiver = createReceiver(connection, () => this.#rebuild());
    this.#stopListening = [
      connection.on('consumerAdded', ({ consumer }) => this.#receiver.add(consumer)),
      connection.on('consumerRemoved', ({ consumerId }) => this.#receiver.remove(consumerId)),
      connection.on('mediaLost', () => this.#rebuild()),
      connection.on('iceServers', ({ iceServers }) => this.#relayThrough(iceServers)),
      watchForQuiet(
        () => this.#receiver.latest(),
        () => void this.#quiet(),
      ),
    ];
  }

  get remote() {
    return this.#receiver.remote;
  }

  get isOpen(): boolean {
    return this.#transports !== null;
  }

  warm(): Promise<void> {
    this.#warm = true;
    clearTimeout(this.#reopen);
    const generation = this.#generation;
    this.#opening ??= this.#open(generation).catch((error) => {
      // Half a session is of no use: the next attempt begins from nothing.
      if (generation === this.#generation) {
        this.#reset();
        this.#blocked.value = !isLineLost(error);
      }
      throw error;
    });
    return this.#opening;
  }

  cool(): void {
    this.#warm = false;
    this.state.value = 'new';
    clearTimeout(this.#reopen);
    this.#forgetUnsent();
    if (!this.#opening) return;
    this.#reset();
    // Lost on the way: what the server keeps costs it memory, and nobody anything else.
    this.#options.connection.request('closeMedia', {}).catch(() => undefined);
  }

  setLocal(local: LocalMedia): void {
    this.#local = local;
    this.#sender?.update(local, this.#live);
  }

  setLive(live: boolean): void {
    this.#live = live;
    this.#sender?.update(this.#local, live);
  }

  trySending(): void {
    if (this.#blocked.peek()) this.#rebuild();
    else this.#unsent.tryAgain();
  }

  levelOf(peerId: string): number {
    return this.#receiver.levelOf(peerId);
  }

  async sendStats(): Promise<RTCStatsReport | null> {
    // Of a broken line there is nothing to tell: the figures are those of before, and then of what was lost with it.
    if (this.state.peek() !== 'connected' || !this.#transports?.isSettled()) return null;
    return this.#transports.send.getStats();
  }

  async probe(): Promise<ProbeResult> {
    await this.warm();
    const { connection } = this.#options;
    const { microphone } = this.#local;
    const transport = this.#transports?.send;
    const sender = this.#sender;
    if (!transport || !sender) throw new Error('the media session is closed');
    return probeTransport({ connection, transport, sender, microphone });
  }

  resync({ consumers, iceServers }: Pick<JoinResult, 'consumers' | 'iceServers'>): void {
    this.#relayThrough(iceServers);
    // What was being made when the socket was lost has failed or hangs: from the beginning.
    if (!this.#transports) {
      this.#rebuild();
      return;
    }
    this.#receiver.sync(consumers);
    this.#transports.mend();
    this.#sender?.update(this.#local, this.#live);
  }

  close(): void {
    this.#warm = false;
    for (const stop of this.#stopListening) stop();
    this.#reset();
    this.#forgetUnsent();
    this.state.value = 'new';
  }

  async #open(generation: number): Promise<void> {
    const { connection } = this.#options;
    this.state.value = 'connecting';
    const device = await this.#loadDevice();
    // It was let go meanwhile: the server is not to be asked for anything.
    if (generation !== this.#generation) return;
    const transports = await openTransports({
      connection,
      device,
      iceServers: this.#iceServers,
      onAnnounced: () => {
        // Let go and warmed again at once, this page may have heard of consumers of the first time after it forgot them.
        if (generation === this.#generation) this.#receiver.reset();
      },
      onState: () => this.#transportsChanged(transports),
      onGone: () => this.#rebuild(),
      onSendBack: () => this.#sender?.renewCamera(),
      onReceiveBack: () => this.#receiver.refresh(),
    });
    if (generation !== this.#generation) return transports.close();
    this.#transports = transports;
    // They may have been renewed while this was made.
    transports.relayThrough(this.#iceServers);
    this.#receiver.attach(transports.receive);
    const sender = createSender(transports.send, this.#unsent);
    this.#sender = sender;
    const warm = sender.warm();
    sender.update(this.#local, this.#live);
    await warm;
    if (generation === this.#generation) this.#blocked.value = false;
  }

  #relayThrough(iceServers: IceServer[]): void {
    this.#iceServers = iceServers;
    this.#transports?.relayThrough(iceServers);
  }

  /**
   * Perhaps the line has changed without a word, or lets UDP through no more; perhaps the others have only turned everything
   * off. ICE would take five seconds and more to notice.
   */
  async #quiet(): Promise<void> {
    const transports = this.#transports;
    if (!transports) return;
    let isHeard = false;
    this.#options.connection.check(() => isHeard);
    isHeard = await transports.isHeard(LISTEN_MS);
    if (isHeard || transports !== this.#transports || !transports.isSettled()) return;
    // Without the socket nothing can be restarted; when it is back, resync does.
    const isOpen = await this.#options.connection.request('ping', {}).then(
      () => true,
      () => false,
    );
    if (isOpen) transports.mend();
  }

  #rebuild(): void {
    this.#reset();
    if (!this.#warm) return;
    this.state.value = 'trouble';
    this.warm().catch(() => {
      // The socket is lost or the server is busy; resync begins again as well, if it comes sooner.
      if (!this.#warm || this.#opening) return;
      clearTimeout(this.#reopen);
      this.#reopen = setTimeout(() => this.#rebuild(), REOPEN_MS);
    });
  }

  #forgetUnsent(): void {
    this.#blocked.value = false;
    this.#unsent.clear();
  }

  #reset(): void {
    clearTimeout(this.#reopen);
    this.#generation++;
    this.#opening = null;
    this.#sender = null;
    this.#transports?.close();
    this.#transports = null;
    this.#receiver.reset();
  }

  #transportsChanged({ send, receive }: Transports): void {
    if (this.#transports && send !== this.#transports.send) return;
    const states = [send.connectionState, receive.connectionState];
    if (states.some((state) => state === 'failed' || state === 'disconnected')) this.state.value = 'trouble';
    else if (states.every((state) => state === 'connected')) this.state.value = 'connected';
    else this.state.value = 'connecting';
  }
}
