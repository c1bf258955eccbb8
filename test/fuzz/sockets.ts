/** What a page may say over the WebSocket, made up: at every moment, as either role, with the media's own shapes. */

import type { ExecutionContext } from 'ava';
import fc from 'fast-check';
import { closeCodes } from '../../src/protocol/errors.ts';
import type { ServerFrame } from '../../src/protocol/messages.ts';
import { type Method, type Role, requestSchemas } from '../../src/protocol/messages.ts';
import { type Client, connect } from '../helpers/client.ts';
import { dtlsParameters, kindOf, receivesAll, streamOf } from '../helpers/rtp.ts';
import { fitting, nasty, strings, wounded } from './arbitraries.ts';
import { assertHealthy, type Target, warmUp } from './target.ts';

const moments = ['not joined', 'waiting', 'requesting', 'inCall', 'held'] as const;
type Moment = (typeof moments)[number];
export type Stage = { role: Role; moment: Moment; warm: boolean };

/** Codes that say that the server itself failed. In a server that is well there is no reason for any of them. */
const faults = ['internal', 'media_unavailable', 'store_unavailable', 'server_stopping'];
/** How a socket that is misused may end. */
const endings: number[] = [
  closeCodes.malformed,
  closeCodes.tooMuch,
  closeCodes.tooBig,
  closeCodes.refused,
  closeCodes.ended,
  // Invalid UTF-8 and messages of a forbidden kind: RFC 6455 section 7.4.1, by ws itself.
  1003,
  1007,
  1005,
  1006,
  closeCodes.replaced,
];

const stages: fc.Arbitrary<Stage> = fc.record({
  role: fc.constantFrom('interviewer', 'applicant'),
  moment: fc.constantFrom(...moments),
  warm: fc.boolean(),
});

/** What stands for the id of one's own transport in what is made up: only the server knows it. */
const OWN = { send: 'own-send-transport', receive: 'own-receive-transport', peer: 'own-peer' };

const aTransport = fc.constantFrom(OWN.send, OWN.send, OWN.receive, 'nothing');
const produced = fc.constantFrom('microphone', 'camera', 'screen', 'silence').map((source) => ({
  source,
  kind: kindOf(source as 'camera'),
  transportId: OWN.send,
  rtpParameters: source === 'camera' ? simulcast() : streamOf(source as 'microphone'),
}));

/** As Chromium sends it: three layers, each with its repair stream, and every header extension. */
function simulcast() {
  const uris = [
    'urn:ietf:params:rtp-hdrext:sdes:mid',
    'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
    'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
    'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
    'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  ];
  const fb = [
    { type: 'nack' },
    { type: 'nack', parameter: 'pli' },
    { type: 'goog-remb' },
    { type: 'transport-cc' },
  ];
  return {
    mid: '1',
    codecs: [
      { mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000, parameters: {}, rtcpFeedback: fb },
      {
        mimeType: 'video/rtx',
        payloadType: 97,
        clockRate: 90_000,
        parameters: { apt: 96 },
        rtcpFeedback: [],
      },
    ],
    headerExtensions: uris.map((uri, i) => ({ uri, id: i + 1, encrypt: false, parameters: {} })),
    encodings: ['r0', 'r1', 'r2'].map((rid) => ({
      rid,
      scalabilityMode: 'L1T3',
      dtx: false,
      maxBitrate: 1e6,
    })),
    rtcp: { cname: 'a', reducedSize: true },
  };
}

/** Of the media, whose shapes are mediasoup's, what fits is given here. */
const special: Partial<Record<Method, fc.Arbitrary<unknown>>> = {
  openMedia: fc.constant({ rtpCapabilities: receivesAll }),
  connectTransport: aTransport.map((transportId) => ({ transportId, dtlsParameters })),
  restartIce: aTransport.map((transportId) => ({ transportId })),
  transportStatus: aTransport.map((transportId) => ({ transportId })),
  produce: produced,
  join: fc.record(
    { resumeKey: fc.constantFrom('', 'x', 'a'.repeat(64)), keepMedia: fc.boolean() },
    { requiredKeys: ['keepMedia'] },
  ),
};

const methods = Object.keys(requestSchemas) as Method[];
const fits = (method: Method) => special[method] ?? fitting(requestSchemas[method]);

/** One request of a method, right or wrong. */
const aRequest = (method: Method): fc.Arbitrary<string> =>
  wounded(fits(method)).map((params) => frameOf(method, params));

/** As text at once: fast-check could not print some of what is nested in it. */
const frameOf = (method: string, params: unknown) => JSON.stringify({ id: 0, method, params });

/** Leaving ends what is tried, so it comes seldom. */
const requests = fc.oneof(
  ...methods
    .filter((method) => method !== 'leave')
    .map((method) => ({ weight: method === 'produce' ? 6 : 2, arbitrary: aRequest(method) })),
  { weight: 1, arbitrary: aRequest('leave') },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.oneof(fc.constantFrom(...strings), fc.string()), nasty)
      .map(([method, params]) => frameOf(method, params)),
  },
);

/** Everything about the media, one after the other, so that what was made wrongly is used. */
const mediaRequests = fc.oneof(
  ...(
    [
      'openMedia',
      'createTransport',
      'connectTransport',
      'produce',
      'produce',
      'produce',
      'setQuality',
      'setDevices',
    ] as const
  ).map(aRequest),
);

export const conversations = fc.record({
  stage: stages,
  asked: fc.oneof(
    fc.array(requests, { minLength: 1, maxLength: 25, size: 'max' }),
    fc.array(mediaRequests, { minLength: 1, maxLength: 25, size: 'max' }),
  ),
});
export type Conversation = { stage: Stage; asked: string[] };

/** Says these texts, whatever they are, in one breath. @throws when an answer is the server's own fault */
export async function say(
  t: ExecutionContext,
  target: Target,
  { stage, asked }: Conversation,
): Promise<void> {
  const { client, ids, end } = await enter(t, target, stage);
  const answers: ServerFrame[] = [];
  client.socket.on('message', (data) => answers.push(JSON.parse(data.toString())));
  for (const text of asked) client.socket.send(withIds(text, ids));
  await answered(client);
  // What takes the media worker and the store a while.
  await assertHealthy(target);
  await answered(client);
  for (const frame of answers) {
    if (!('event' in frame) && !frame.ok && faults.includes(frame.error.code))
      throw new Error(`an answer was ${frame.error.code}: ${frame.error.message}`);
  }
  await end();
  await assertHealthy(target);
}

/** Resolves when all was answered that was asked before, or the socket was closed for a reason that there may be. */
async function answered(client: Client): Promise<void> {
  try {
    await client.ask('ping', {});
  } catch (error) {
    const { code } = await client.closed;
    if (!endings.includes(code)) throw error;
  }
}

const withIds = (text: string, ids: Map<string, string>) =>
  [...ids].reduce((changed, [stand, id]) => changed.replaceAll(stand, id), text);

/** A room of its own with an interviewer in the call, so that everything can be come to, and the one who asks. */
async function enter(t: ExecutionContext, target: Target, { role, moment, warm }: Stage) {
  const room = await target.room({ interviewerSeats: 2, applicantSeats: 2 });
  const host = await connect(t, target, { token: room.tokens.interviewer });
  await host.request('join', { keepMedia: false });
  await host.request('enter', { company: '会社', name: '担当' });
  if (warm) await warmUp(host);
  const client = await connect(t, target, { token: room.tokens[role] });
  const ids = new Map<string, string>();
  const end = async () => {
    for (const each of [client, host]) each.socket.terminate();
    const path = `/api/internal/rooms/${room.record.id}/end`;
    const headers = { Authorization: `Bearer ${target.ticketFor('POST', path)}` };
    await fetch(`${target.url}${path}`, { method: 'POST', headers });
  };
  if (moment === 'not joined') return { client, ids, end };
  const { peerId } = await client.request('join', { keepMedia: false });
  ids.set(OWN.peer, peerId);
  if (warm) {
    const { send, receive } = await warmUp(client);
    ids.set(OWN.send, send).set(OWN.receive, receive);
  }
  if (moment !== 'waiting') await bring(client, role, moment, { host, peerId });
  return { client, ids, end };
}

async function bring(
  client: Client,
  role: Role,
  moment: Moment,
  { host, peerId }: { host: Client; peerId: string },
): Promise<void> {
  if (role === 'interviewer') {
    await client.request('enter', { company: '会社', name: '面接太郎' });
    return;
  }
  await client.request('requestAdmission', { name: '応募花子' });
  if (moment === 'requesting') return;
  await host.request('admit', { peerId });
  if (moment === 'held') await host.request('setHold', { peerId, held: true });
}
