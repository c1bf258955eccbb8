/** The two WebRTC transports of a session, and how they come back when the line breaks. */
import type { Device, types } from 'mediasoup-client';
import type { IceServer, MediaSource, TransportInfo } from '../../protocol/messages.ts';
import type { Connection } from '../connection.ts';

export type Transports = {
  send: types.Transport;
  receive: types.Transport;
  /** Restarts ICE on whichever is not connected, now: the network may have changed. */
  revive(): void;
  close(): void;
};

export type TransportsOptions = {
  connection: Connection;
  device: Device;
  iceServers: IceServer[];
  onState(): void;
  /** The server does not know the transports any more: they must be made anew. */
  onGone(): void;
};

/** Most interruptions of ICE end by themselves within this. */
const DISCONNECTED_MS = 2_500;
const RETRY_MS = 2_000;

/** Announces what the browser can receive and makes both transports; they connect with their first use. */
export async function openTransports(options: TransportsOptions): Promise<Transports> {
  const { connection, device, iceServers } = options;
  // Sent together: the server answers in order, and one round trip is enough.
  const [, sendInfo, receiveInfo] = await Promise.all([
    connection.request('openMedia', { rtpCapabilities: device.recvRtpCapabilities }),
    connection.request('createTransport', { direction: 'send' }),
    connection.request('createTransport', { direction: 'receive' }),
  ]);
  const settings = (info: TransportInfo) => ({ ...info, iceServers });
  const send = device.createSendTransport(settings(sendInfo));
  const receive = device.createRecvTransport(settings(receiveInfo));
  answerProduce(connection, send);
  const keepers = [send, receive].map((transport) => keepConnected(transport, options));
  return {
    send,
    receive,
    revive() {
      for (const { revive } of keepers) revive();
    },
    close() {
      for (const { stop } of keepers) stop();
      send.close();
      receive.close();
    },
  };
}

function answerProduce(connection: Connection, transport: types.Transport): void {
  transport.on('produce', ({ kind, rtpParameters, appData }, done, fail) => {
    const source = appData.source as MediaSource;
    connection
      .request('produce', { transportId: transport.id, source, kind, rtpParameters })
      .then(({ producerId }) => done({ id: producerId }), fail);
  });
}

function keepConnected(transport: types.Transport, { connection, onState, onGone }: TransportsOptions) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let restarting = false;

  transport.on('connect', ({ dtlsParameters }, done, fail) => {
    connection.request('connectTransport', { transportId: transport.id, dtlsParameters }).then(done, fail);
  });
  transport.on('connectionstatechange', (state) => {
    clearTimeout(timer);
    if (state === 'disconnected') timer = setTimeout(revive, DISCONNECTED_MS);
    if (state === 'failed') revive();
    onState();
  });

  function revive(): void {
    clearTimeout(timer);
    if (isBroken(transport) && !restarting) void restart();
  }

  async function restart(): Promise<void> {
    restarting = true;
    try {
      const { iceParameters } = await connection.request('restartIce', { transportId: transport.id });
      await transport.restartIce({ iceParameters });
    } catch (error) {
      if (isUnknownThere(error)) return onGone();
      // While the socket is lost nothing can be asked; resync comes when it is back.
    } finally {
      restarting = false;
    }
    // A restart that was answered is not yet a connection.
    if (isBroken(transport)) timer = setTimeout(revive, RETRY_MS);
  }

  return { revive, stop: () => clearTimeout(timer) };
}

function isBroken({ closed, connectionState }: types.Transport): boolean {
  return !closed && (connectionState === 'disconnected' || connectionState === 'failed');
}

function isUnknownThere(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === 'not_found' || code === 'wrong_state';
}
