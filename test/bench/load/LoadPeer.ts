/** One person without a browser: the page's requests over a real WebSocket, and its two transports with real media. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ConsumerInfo, JoinResult, Notifications } from '../../../src/protocol/messages.ts';
import { subprotocol, tokenSubprotocol } from '../../../src/protocol/version.ts';
import { layersFor } from '../../../src/web/media/sender.ts';
import { Client } from '../../helpers/client.ts';
import type { Identity } from './dtls.ts';
import { Feedback } from './Feedback.ts';
import { type ExtensionIds, extensionOf, isPictureLoss, isRtcp } from './rtp.ts';
import { Sending } from './Sending.ts';
import { openWire, type Wire } from './wire.ts';

type Capabilities = JoinResult['rtpCapabilities'];

/** Of the camera's picture. */
const HEIGHT = 360;
let ssrcs = 1000;

export class LoadPeer {
  readonly client: Client;
  readonly joined: JoinResult;
  readonly #identity: Identity;
  #wires: { send: Wire; receive: Wire } | null = null;
  #feedback = new Feedback();
  #ids: ExtensionIds;
  /** What it sends, once its media is open. */
  sending: Sending | null = null;
  /** Packets of media that have come. */
  received = 0;

  private constructor(client: Client, joined: JoinResult, identity: Identity) {
    this.client = client;
    this.joined = joined;
    this.#identity = identity;
    this.#ids = idsOf(joined.rtpCapabilities);
  }

  static async join(url: string, token: string, identity: Identity): Promise<LoadPeer> {
    const client = await openClient(url, token);
    return new LoadPeer(client, await client.request('join', { keepMedia: false }), identity);
  }

  /** As the page does while its person waits: both transports connected, all producers standing by. */
  async warm(): Promise<void> {
    const { client } = this;
    const { rtpCapabilities } = this.joined;
    const [, send, receive] = await Promise.all([
      client.request('openMedia', { rtpCapabilities }),
      client.request('createTransport', { direction: 'send' }),
      client.request('createTransport', { direction: 'receive' }),
    ]);
    const open = (info: typeof send, onPacket: (bytes: Buffer) => void) =>
      openWire({
        info,
        onPacket,
        identity: this.#identity,
        connect: () =>
          client.request('connectTransport', {
            transportId: info.id,
            dtlsParameters: { role: 'client', fingerprints: this.#identity.fingerprints },
          }),
      });
    this.#wires = {
      send: await open(send, (bytes) => this.#asked(bytes)),
      receive: await open(receive, (bytes) => this.#arrived(bytes)),
    };
    await this.#produceAll(send.id);
    void this.#resumeAll();
  }

  /** Sends what was due until `now`, in milliseconds since 1970. */
  send(now: number): void {
    this.sending?.advance(now);
  }

  /** Tells the server what has come since it was last told. */
  report(): void {
    const report = this.#feedback.report();
    if (report) this.#wires?.receive.sendRtcp(report);
    this.sending?.report(Date.now());
  }

  async leave(): Promise<void> {
    const left = this.client.closed;
    await this.client.request('leave', {});
    await left;
    this.close();
  }

  close(): void {
    this.#wires?.send.close();
    this.#wires?.receive.close();
    this.#wires = null;
    this.sending = null;
    this.client.socket.terminate();
  }

  async #produceAll(transportId: string): Promise<void> {
    const { client } = this;
    const layers = layersFor(HEIGHT);
    const [sound, silence, ...pictures] = Array.from({ length: layers.length + 2 }, () => ssrcs++);
    const { audio, video } = codecsOf(this.joined.rtpCapabilities);
    const ask = (source: 'microphone' | 'camera' | 'silence', codec: typeof audio, encodings: object[]) =>
      client.request('produce', {
        transportId,
        source,
        kind: source === 'camera' ? 'video' : 'audio',
        rtpParameters: {
          mid: source,
          encodings,
          rtcp: { cname: 'load', reducedSize: true },
          codecs: [parametersOf(codec)],
          headerExtensions: extensionsOf(this.joined.rtpCapabilities, codec.kind),
        },
      });
    await Promise.all([
      ask('silence', audio, [{ ssrc: silence }]),
      ask('microphone', audio, [{ ssrc: sound, dtx: true }]),
      ask(
        'camera',
        video,
        layers.map((layer, i) => ({ ...layer, ssrc: pictures[i] })),
      ),
    ]);
    this.sending = new Sending({
      wire: this.#wires?.send as Wire,
      ids: this.#ids,
      sound: { ssrc: sound as number, payloadType: audio.preferredPayloadType as number, clockRate: 48_000 },
      layers: layers.map(({ maxBitrate }, i) => ({
        ssrc: pictures[i] as number,
        payloadType: video.preferredPayloadType as number,
        clockRate: 90_000,
        bitrate: maxBitrate as number,
      })),
    });
  }

  async #resumeAll(): Promise<void> {
    const resume = ({ id, source }: ConsumerInfo) => {
      if (source !== 'silence')
        this.client.request('resumeConsumer', { consumerId: id }).catch(() => undefined);
    };
    for (;;) {
      const closed = this.client.closed.then(() => null);
      const told: Notifications['consumerAdded'] | null = await Promise.race([
        this.client.next('consumerAdded'),
        closed,
      ]);
      if (!told) return;
      resume(told.consumer);
    }
  }

  #asked(bytes: Buffer): void {
    if (isPictureLoss(bytes)) this.sending?.keyFrame();
  }

  #arrived(bytes: Buffer): void {
    if (isRtcp(bytes)) return;
    this.received++;
    const sequence = extensionOf(bytes, this.#ids.transportCc);
    const sent = extensionOf(bytes, this.#ids.absSendTime);
    if (sequence && sent) this.#feedback.arrived(sequence.readUInt16BE(), sent.readUIntBE(0, 3));
  }
}

async function openClient(url: string, token: string): Promise<Client> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws`, [subprotocol, tokenSubprotocol(token)]);
  const client = new Client(socket);
  await once(socket, 'open');
  return client;
}

function codecsOf({ codecs = [] }: Capabilities) {
  const audio = codecs.find(({ mimeType }) => mimeType.toLowerCase() === 'audio/opus');
  const video = codecs.find(({ mimeType }) => mimeType.toLowerCase() === 'video/vp8');
  if (!audio || !video) throw new Error('the server speaks neither Opus nor VP8');
  return { audio, video };
}

function parametersOf({
  mimeType,
  preferredPayloadType,
  clockRate,
  channels,
  parameters,
  rtcpFeedback,
}: Codec) {
  return { mimeType, payloadType: preferredPayloadType, clockRate, channels, parameters, rtcpFeedback };
}

type Codec = ReturnType<typeof codecsOf>['audio'];

const uris = {
  transportCc: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  absSendTime: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  audioLevel: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
};

function idsOf({ headerExtensions = [] }: Capabilities): ExtensionIds {
  const id = (uri: string) => headerExtensions.find((each) => each.uri === uri)?.preferredId ?? 0;
  return {
    transportCc: id(uris.transportCc),
    absSendTime: id(uris.absSendTime),
    audioLevel: id(uris.audioLevel),
  };
}

function extensionsOf({ headerExtensions = [] }: Capabilities, kind: Codec['kind']) {
  const sent: string[] = Object.values(uris);
  return headerExtensions
    .filter((each) => each.kind === kind && sent.includes(each.uri))
    .map(({ uri, preferredId }) => ({ uri, id: preferredId }));
}
