/** The two WebRTC transports of a session. */
import type { Device, types } from 'mediasoup-client';
import type { IceServer, MediaSource, TransportInfo } from '../../protocol/messages.ts';
import type { Connection } from '../connection/connection.ts';
import { createEar } from './ear.ts';
import { keepConnected } from './keeper.ts';

/** The two ways of a session, and whether anything goes through. */
export type Transports = {
  send: types.Transport;
  receive: types.Transport;
  /** Restarts ICE where nothing is heard: the line may have changed without the browser having noticed. */
  mend(): void;
  /** Whether anything of the server arrives, which can be told while something is sent or received. */
  isHeard(withinMs: number): Promise<boolean>;
  /** Whether figures of what is sent tell of the line as it is, and not of one that was lost. */
  isSettled(): boolean;
  /** From the next ICE restart on; what goes through a relay now stays there. */
  relayThrough(iceServers: IceServer[]): void;
  close(): void;
};

type TransportsOptions = {
  connection: Connection;
  device: Device;
  iceServers: IceServer[];
  /** What the server announces from now on is of these transports, and what it did before of others that are gone. */
  onAnnounced(): void;
  onState(): void;
  /** The sending transport has a way again after it had none. */
  onSendBack(): void;
  /** The same of the receiving one. */
  onReceiveBack(): void;
  /** The server does not know the transports any more: they must be made anew. */
  onGone(): void;
};

/** So often in that time: a look costs the page a few milliseconds. */
const LOOKS = 4;

/** Announces what the browser can receive and makes both transports; they connect with their first use. */
export async function openTransports(options: TransportsOptions): Promise<Transports> {
  const { connection, device, iceServers } = options;
  // Sent together: the server answers in order, and one round trip is enough.
  const [, sendInfo, receiveInfo] = await Promise.all([
    connection
      .request('openMedia', { rtpCapabilities: device.recvRtpCapabilities })
      .then(options.onAnnounced),
    connection.request('createTransport', { direction: 'send' }),
    connection.request('createTransport', { direction: 'receive' }),
  ]);
  const settings = (info: TransportInfo) => ({ ...info, iceServers });
  const send = device.createSendTransport(settings(sendInfo));
  const receive = device.createRecvTransport(settings(receiveInfo));
  answerProduce(connection, send);
  for (const transport of [send, receive]) answerConnect(connection, transport);
  const { onState, onGone, onSendBack, onReceiveBack } = options;
  const keepers = [
    keepConnected(send, { connection, onGone, onBack: onSendBack }),
    keepConnected(receive, { connection, onGone, onBack: onReceiveBack }),
  ];
  for (const transport of [send, receive]) transport.on('connectionstatechange', onState);
  return {
    send,
    receive,
    mend() {
      for (const { mend } of keepers) mend();
    },
    isHeard(withinMs) {
      const ears = [send, receive].map(async (each) => {
        if (!(await createEar(each, withinMs / LOOKS).hears(withinMs))) throw new Error('nothing is heard');
      });
      // The first that hears decides: who waits for the word may give up a living line meanwhile.
      return Promise.any(ears).then(
        () => true,
        () => false,
      );
    },
    isSettled: () => keepers.every((keeper) => keeper.isSettled()),
    relayThrough(iceServers) {
      // One that is closed has no next time.
      for (const transport of [send, receive]) transport.updateIceServers({ iceServers }).catch(() => {});
    },
    close() {
      for (const { stop } of keepers) stop();
      send.close();
      receive.close();
    },
  };
}

function answerConnect(connection: Connection, transport: types.Transport): void {
  transport.on('connect', ({ dtlsParameters }, done, fail) => {
    connection.request('connectTransport', { transportId: transport.id, dtlsParameters }).then(done, fail);
  });
}

function answerProduce(connection: Connection, transport: types.Transport): void {
  transport.on('produce', ({ kind, rtpParameters, appData }, done, fail) => {
    const source = appData.source as MediaSource;
    connection
      .request('produce', { transportId: transport.id, source, kind, rtpParameters })
      .then(({ producerId }) => done({ id: producerId }), fail);
  });
}
