/** What made-up requests say: about whom, which of their things, and the rest. */
import fc from 'fast-check';
import { limits } from '../../src/protocol/limits.ts';
import { slowLine } from './check-outcomes.ts';
import type { GateWorld, Seat } from './gate-world.ts';
import type { MediaWatch } from './media-watch.ts';
import { dtlsParameters, kindOf, receivesAll, streamOf } from './rtp.ts';

/** What a request is made of: whether it means one's own or others' things, which of them, and the rest. */
export const choices = fc.record({
  own: fc.boolean(),
  which: fc.nat(40),
  flag: fc.boolean(),
  other: fc.boolean(),
  source: fc.constantFrom('microphone', 'camera', 'screen', 'screenSound', 'silence'),
  quality: fc.constantFrom('high', 'medium', 'low', 'audio'),
  direction: fc.constantFrom('send', 'receive'),
} as const);
export type Choice = typeof choices extends fc.Arbitrary<infer T> ? T : never;

const aCheckReport = {
  at: '2026-12-01T10:00:00.000Z',
  browser: 'Chrome',
  outcomes: slowLine,
  downMbps: 1,
  upMbps: 1,
  route: 'udp',
  roundTripMs: 1,
};

/** Of what there is or ever was, latest first, and one thing that never was. */
export const pick = (from: string[], which: number) =>
  [...from].reverse()[which % (from.length + 1)] ?? 'nothing';

export function parametersOf(
  world: GateWorld,
  seat: Seat,
  method: string,
  choice: Choice,
): Record<string, unknown> {
  const { own, which, flag, other, source, quality, direction } = choice;
  const isOwn = (transportId: string) => !own || world.owners.get(transportId) === seat.peerId;
  const transportId = () => pick([...world.owners.keys()].filter(isOwn), which);
  const made = (from: MediaWatch['producers'] | MediaWatch['consumers']) =>
    pick(
      [...from].flatMap(([id, one]) => (isOwn(one.transportId) ? [id] : [])),
      which,
    );
  const peerId = () => {
    const fits = (state: string) =>
      !own || method === 'capture' || (method === 'setHold') === /^inCall|held$/.test(state);
    return pick(
      [...world.model.peers.values()].filter(({ state }) => fits(state)).map(({ id }) => id),
      which,
    );
  };
  const parameters: Record<string, () => Record<string, unknown>> = {
    join: () => ({ keepMedia: flag }),
    enter: () => ({ company: '会社', name: '担当' }),
    requestAdmission: () => ({ name: '応募' }),
    admit: () => ({ peerId: peerId() }),
    deny: () => ({ peerId: peerId() }),
    setHold: () => ({ peerId: peerId(), held: flag }),
    moveSeat: () => (own ? {} : { name: seat.role === 'interviewer' ? '担当' : '応募' }),
    answerMove: () => ({ peerId: peerId(), allowed: flag || other }),
    extend: () => ({
      minutes: limits.extendMinutes[which % limits.extendMinutes.length],
      until: flag ? world.until : new Date().toISOString(),
    }),
    setAtCheck: () => ({ atCheck: flag }),
    reportCheck: () => ({ report: aCheckReport }),
    capture: () => ({ peerId: peerId() }),
    openMedia: () => ({ rtpCapabilities: receivesAll }),
    createTransport: () => ({ direction }),
    connectTransport: () => ({ transportId: transportId(), dtlsParameters }),
    restartIce: () => ({ transportId: transportId() }),
    transportStatus: () => ({ transportId: transportId() }),
    produce: () => ({
      transportId: transportId(),
      source,
      kind: kindOf(source),
      rtpParameters: streamOf(source),
    }),
    closeProducer: () => ({ producerId: made(world.watch.producers) }),
    resumeConsumer: () => ({ consumerId: made(world.watch.consumers) }),
    setQuality: () => ({ quality }),
    setDevices: () => ({ microphone: flag, camera: other }),
    setSharing: () => ({ sharing: flag }),
    turnOffAll: () => ({ device: flag ? 'microphone' : 'camera' }),
    setEntry: () => ({ microphone: flag, camera: other, names: true }),
    setWaitingMessage: () => ({ text: 'please wait' }),
    setHand: () => ({ raised: flag }),
    sendChat: () => ({ clientId: crypto.randomUUID(), text: 'x' }),
    readChat: () => ({ before: new Date().toISOString() }),
    deleteMessage: () => ({ messageId: which % 3 === 0 ? crypto.randomUUID() : pick(world.messages, which) }),
  };
  return parameters[method]?.() ?? {};
}
