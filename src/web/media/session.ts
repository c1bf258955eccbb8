/**
 * The media of one person in one room: two transports that are connected while the person still waits, so that
 * being let in costs one key frame and not a handshake. Lives outside the views; they read `remote` and `state`.
 */
import { type ReadonlySignal, signal } from '@preact/signals';
import { Device, type types } from 'mediasoup-client';
import type { ConsumerInfo, IceServer, JoinResult } from '../../protocol/messages.ts';
import type { Connection } from '../connection.ts';
import { type ProbeResult, probeTransport } from './probe.ts';
import { createReceiver, type Receiver, type RemoteMedia } from './receiver.ts';
import { createSender, type LocalMedia, nothingLocal, type Sender } from './sender.ts';
import { openTransports, type Transports } from './transports.ts';

export type { RemoteMedia } from './receiver.ts';

/** trouble: the line is broken and being mended. */
export type MediaState = 'new' | 'connecting' | 'connected' | 'trouble';

export type MediaSession = {
  /** Makes and connects both transports, in a stand-by that sends nothing. Safe to call while waiting, and again. */
  warm(): Promise<void>;
  /** Which local tracks exist and whether each is on; what is off, ended or not live yet is not sent. */
  setLocal(local: LocalMedia): void;
  /** true once the server has let us in; false: stand-by again. */
  setLive(live: boolean): void;
  readonly remote: ReadonlySignal<ReadonlyMap<string, RemoteMedia>>;
  /** Environment check: sends silence until it has arrived at the server. @throws {ProbeError} after 10 s */
  probe(): Promise<ProbeResult>;
  readonly state: ReadonlySignal<MediaState>;
  /** How loud a peer is now, 0 to 1. */
  levelOf(peerId: string): number;
  /** Of what is sent; null while there is no transport. */
  sendStats(): Promise<RTCStatsReport | null>;
  /** After a lost socket came back with its media kept: agrees with the server again. */
  resync(consumers: ConsumerInfo[]): void;
  close(): void;
};

export type MediaSessionOptions = {
  connection: Connection;
  routerRtpCapabilities: JoinResult['rtpCapabilities'];
  iceServers: IceServer[];
};

export function createMediaSession(options: MediaSessionOptions): MediaSession {
  return new Session(options);
}

const REOPEN_MS = 1_000;

class Session implements MediaSession {
  readonly state = signal<MediaState>('new');
  readonly #options: MediaSessionOptions;
  readonly #receiver: Receiver;
  readonly #stopListening: (() => void)[];
  #local: LocalMedia = nothingLocal;
  #live = false;
  #closed = false;
  #device: Promise<Device> | null = null;
  #transports: Transports | null = null;
  #sender: Sender | null = null;
  #opening: Promise<void> | null = null;
  /** Raised when everything is made anew, so that what was begun before is dropped. */
  #generation = 0;
  #reopen: ReturnType<typeof setTimeout> | undefined;

  constructor(options: MediaSessionOptions) {
    this.#options = options;
    const { connection } = options;
    this.#receiver = createReceiver(connection, () => this.#rebuild());
    this.#stopListening = [
      connection.on('consumerAdded', ({ consumer }) => this.#receiver.add(consumer)),
      connection.on('consumerRemoved', ({ consumerId }) => this.#receiver.remove(consumerId)),
      connection.on('mediaLost', () => this.#rebuild()),
    ];
  }

  get remote() {
    return this.#receiver.remote;
  }

  warm(): Promise<void> {
    const generation = this.#generation;
    this.#opening ??= this.#open(generation).catch((error) => {
      // Half a session is of no use: the next attempt begins from nothing.
      if (generation === this.#generation) this.#reset();
      throw error;
    });
    return this.#opening;
  }

  setLocal(local: LocalMedia): void {
    this.#local = local;
    this.#sender?.update(local, this.#live);
  }

  setLive(live: boolean): void {
    this.#live = live;
    this.#sender?.update(this.#local, live);
  }

  levelOf(peerId: string): number {
    return this.#receiver.levelOf(peerId);
  }

  async sendStats(): Promise<RTCStatsReport | null> {
    return (await this.#transports?.send.getStats()) ?? null;
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

  resync(consumers: ConsumerInfo[]): void {
    // What was being made when the socket was lost has failed or hangs: from the beginning.
    if (!this.#transports) {
      this.#rebuild();
      return;
    }
    this.#receiver.sync(consumers);
    this.#transports.revive();
    this.#sender?.update(this.#local, this.#live);
  }

  close(): void {
    this.#closed = true;
    for (const stop of this.#stopListening) stop();
    this.#reset();
    this.state.value = 'new';
  }

  async #open(generation: number): Promise<void> {
    const { connection, iceServers } = this.#options;
    this.state.value = 'connecting';
    this.#device ??= this.#load();
    const device = await this.#device;
    const transports = await openTransports({
      connection,
      device,
      iceServers,
      onState: () => this.#transportsChanged(transports),
      onGone: () => this.#rebuild(),
    });
    if (generation !== this.#generation) return transports.close();
    this.#transports = transports;
    this.#receiver.attach(transports.receive);
    const sender = createSender(transports.send);
    this.#sender = sender;
    const warm = sender.warm();
    sender.update(this.#local, this.#live);
    await warm;
  }

  async #load(): Promise<Device> {
    const device = await Device.factory();
    // The server's library knows more header extensions by name than the page's; they are text to both.
    const routerRtpCapabilities = this.#options.routerRtpCapabilities as types.RtpCapabilities;
    await device.load({ routerRtpCapabilities });
    return device;
  }

  #rebuild(): void {
    this.#reset();
    if (this.#closed) return;
    this.state.value = 'trouble';
    this.warm().catch(() => {
      // The socket is lost or the server is busy; resync begins again as well, if it comes sooner.
      if (!this.#closed) this.#reopen = setTimeout(() => this.#rebuild(), REOPEN_MS);
    });
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
