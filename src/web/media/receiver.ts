/** What this person receives: a consumer for each sound and picture that the server sends, by peer. */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { types } from 'mediasoup-client';
import type { ConsumerInfo } from '../../protocol/messages.ts';
import type { Connection } from '../connection/connection.ts';
import { RequestError } from '../connection/RequestError.ts';

/** What arrives of one person; null while nothing does. */
export type RemoteMedia = {
  video: MediaStreamTrack | null;
  audio: MediaStreamTrack | null;
  screen: MediaStreamTrack | null;
  screenSound: MediaStreamTrack | null;
};

/** What the others send, as the server announces it. */
export type Receiver = {
  readonly remote: ReadonlySignal<ReadonlyMap<string, RemoteMedia>>;
  /** From now on consumers are made in this transport, those that were announced already as well. */
  attach(transport: types.Transport): void;
  add(info: ConsumerInfo): void;
  remove(consumerId: string): void;
  /** Makes what is here agree with what the server has. */
  sync(consumers: ConsumerInfo[]): void;
  /** Asks for new pictures at once: of what was lost on the way nothing can be shown. */
  refresh(): void;
  /** How loud the peer is now, 0 to 1, as its own browser has written into its packets (RFC 6464). */
  levelOf(peerId: string): number;
  /** When the newest packet of anybody was played or shown, by the browser's clock; 0 when there is nothing. */
  latest(): number;
  /** Forgets everything, as the transport is gone. */
  reset(): void;
};

type Entry = { info: ConsumerInfo; consumer: types.Consumer | null };

/** Milliseconds: what a browser refuses is begun anew, but not again and again. */
const REFUSED_MS = 10_000;

/** `onStuck` fires when a consumer could not be made: the socket was lost on the way, or the browser refuses it. */
export function createReceiver(connection: Connection, onStuck: () => void): Receiver {
  const remote = signal<ReadonlyMap<string, RemoteMedia>>(new Map());
  // Announcements may overtake the answer that brings the transport: they wait here without a consumer.
  let entries = new Map<string, Entry>();
  let transport: types.Transport | null = null;
  let refusedAt = Number.NEGATIVE_INFINITY;

  function add(info: ConsumerInfo): void {
    if (entries.has(info.id)) return;
    const entry: Entry = { info, consumer: null };
    entries.set(info.id, entry);
    if (transport) void consume(transport, entry);
  }

  async function consume(into: types.Transport, entry: Entry): Promise<void> {
    const { id, source } = entry.info;
    const consumer = await into.consume(optionsOf(entry.info)).catch((error) => failed(into, error));
    if (!consumer) return;
    if (entries.get(id) !== entry) {
      consumer.close();
      return;
    }
    entry.consumer = consumer;
    if (source === 'silence') return;
    resume(id);
    publish();
  }

  function failed(into: types.Transport, error: unknown): null {
    if (into !== transport) return null;
    if (!(error instanceof RequestError)) {
      console.error(error);
      if (performance.now() - refusedAt < REFUSED_MS) return null;
      refusedAt = performance.now();
    }
    onStuck();
    return null;
  }

  function resume(consumerId: string): void {
    // While the socket is lost this fails, and sync asks again.
    connection.request('resumeConsumer', { consumerId }).catch(() => {});
  }

  function remove(consumerId: string): void {
    const entry = entries.get(consumerId);
    if (!entry) return;
    entries.delete(consumerId);
    entry.consumer?.close();
    publish();
  }

  function sync(consumers: ConsumerInfo[]): void {
    const there = new Set(consumers.map(({ id }) => id));
    for (const id of [...entries.keys()]) if (!there.has(id)) remove(id);
    for (const info of consumers) {
      if (entries.get(info.id)?.consumer && info.source !== 'silence') resume(info.id);
      else add(info);
    }
  }

  function publish(): void {
    const next = tracksByPeer(entries.values());
    if (!isSame(remote.value, next)) remote.value = next;
  }

  return {
    remote,
    levelOf(peerId) {
      for (const { info, consumer } of entries.values())
        if (info.peerId === peerId && info.source === 'microphone')
          return sourcesOf(consumer)[0]?.audioLevel ?? 0;
      return 0;
    },
    latest() {
      const all = [...entries.values()].flatMap(({ consumer }) => sourcesOf(consumer));
      return all.reduce((newest, { timestamp }) => Math.max(newest, timestamp), 0);
    },
    add,
    remove,
    sync,
    refresh() {
      for (const { info, consumer } of entries.values())
        if (consumer && info.kind === 'video') resume(info.id);
    },
    attach(made) {
      transport = made;
      for (const entry of entries.values()) void consume(made, entry);
    },
    reset() {
      entries = new Map();
      transport = null;
      publish();
    },
  };
}

/** Empty before the first packet, and 10 s after the last. */
function sourcesOf(consumer: types.Consumer | null | undefined): RTCRtpSynchronizationSource[] {
  return consumer?.rtpReceiver?.getSynchronizationSources?.() ?? [];
}

function optionsOf({ id, producerId, kind, rtpParameters, peerId }: ConsumerInfo): types.ConsumerOptions {
  return {
    id,
    producerId,
    kind,
    // The server's library knows more header extensions by name than the page's; they are text to both.
    rtpParameters: rtpParameters as types.RtpParameters,
    // Sound and picture of one person stay in step through a common stream id.
    streamId: peerId || 'silence',
  };
}

const noMedia: RemoteMedia = { video: null, audio: null, screen: null, screenSound: null };

function tracksByPeer(entries: Iterable<Entry>): Map<string, RemoteMedia> {
  const peers = new Map<string, RemoteMedia>();
  for (const { info, consumer } of entries) {
    if (!consumer || info.source === 'silence') continue;
    const media = peers.get(info.peerId) ?? noMedia;
    const { source, kind } = info;
    const part = source === 'screen' || source === 'screenSound' ? source : kind;
    peers.set(info.peerId, { ...media, [part]: consumer.track });
  }
  return peers;
}

type Peers = ReadonlyMap<string, RemoteMedia>;

function isSame(a: Peers, b: Peers): boolean {
  if (a.size !== b.size) return false;
  for (const [id, media] of a) {
    const other = b.get(id);
    const parts = Object.keys(media) as (keyof RemoteMedia)[];
    if (parts.some((part) => other?.[part] !== media[part])) return false;
  }
  return true;
}
