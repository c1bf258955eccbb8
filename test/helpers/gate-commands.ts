/** What people do in a room that is put to the test, made up: each command is one of fast-check's model-based testing. */
import fc from 'fast-check';
import type { GateWorld, Seat } from './gate-world.ts';
import type { MediaWatch } from './media-watch.ts';
import { dtlsParameters, kindOf, receivesAll, streamOf } from './rtp.ts';

/** In one sequence at most. */
const COMMANDS = 60;

/** One thing that somebody does; `ready` is asked before, as in fast-check's model-based testing. */
class Command implements fc.AsyncCommand<GateWorld, GateWorld> {
  readonly #title: string;
  readonly #run: (world: GateWorld) => Promise<void>;
  readonly #ready: (world: GateWorld) => boolean;

  constructor(title: string, run: (world: GateWorld) => Promise<void>, ready = (_: GateWorld) => true) {
    this.#title = title;
    this.#run = run;
    this.#ready = ready;
  }

  check(world: GateWorld): boolean {
    return this.#ready(world);
  }

  async run(world: GateWorld): Promise<void> {
    await this.#run(world);
    await world.compare();
  }

  toString = () => this.#title;
}

/** What a request is made of: whether it means one's own or others' things, which of them, and the rest. */
const choices = fc.record({
  own: fc.boolean(),
  which: fc.nat(40),
  flag: fc.boolean(),
  other: fc.boolean(),
  source: fc.constantFrom('microphone', 'camera', 'screen', 'screenSound', 'silence'),
  quality: fc.constantFrom('high', 'medium', 'low', 'audio'),
  direction: fc.constantFrom('send', 'receive'),
} as const);
type Choice = typeof choices extends fc.Arbitrary<infer T> ? T : never;

const admission = ['enter', 'requestAdmission', 'cancelRequest', 'admit', 'deny', 'setHold', 'setHold'];
const media = [
  'openMedia',
  'closeMedia',
  'createTransport',
  'connectTransport',
  'restartIce',
  'transportStatus',
  'produce',
  'produce',
  'closeProducer',
  'resumeConsumer',
  'resumeConsumer',
  'setQuality',
];
const meddling = ['closeProducer', 'resumeConsumer', 'connectTransport', 'restartIce'];
const others = [
  'setDevices',
  'setSharing',
  'turnOffAll',
  'setEntry',
  'setWaitingMessage',
  'setHand',
  'capture',
  'ping',
  'sendChat',
  'readChat',
  'deleteMessage',
  'clearChat',
  'setAtCheck',
  'reportCheck',
  'leave',
  'join',
];

/** Of what there is or ever was, latest first, and one thing that never was. */
const pick = (from: string[], which: number) => [...from].reverse()[which % (from.length + 1)] ?? 'nothing';

function parametersOf(world: GateWorld, seat: Seat, method: string, choice: Choice): Record<string, unknown> {
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
    deleteMessage: () => ({ messageId: crypto.randomUUID() }),
  };
  return parameters[method]?.() ?? {};
}

const seatIndex = fc.nat(4);
const seatOf = (world: GateWorld, index: number) => world.seats[index] as Seat;

/** Asks, and looks whether what others have was closed or resumed by it. */
async function meddle(world: GateWorld, seat: Seat, method: string, params: Record<string, unknown>) {
  const isStrange = (made: { transportId: string } | undefined) =>
    made !== undefined && world.owners.get(made.transportId) !== seat.peerId;
  const producer = world.watch.producers.get(String(params.producerId));
  const consumer = world.watch.consumers.get(String(params.consumerId));
  const before = [producer?.made.closed, consumer?.made.paused];
  await world.ask(seat, method, params);
  await world.watch.settled();
  const after = [producer?.made.closed, consumer?.made.paused];
  if ((isStrange(producer) || isStrange(consumer)) && before.join() !== after.join())
    throw new Error(`${method} changed what is somebody else's`);
}

/** Somebody's place changes to and fro before the media has followed. */
const flicker = fc.tuple(fc.array(fc.boolean(), { minLength: 2, maxLength: 5 }), fc.nat(2)).map(
  ([holds, which]) =>
    new Command(`the interviewer holds ${holds} at once`, async (world) => {
      const [host] = world.seats as [Seat];
      const peerId = seatOf(world, 2 + which).peerId;
      await Promise.all(holds.map((held) => world.ask(host, 'setHold', { peerId, held })));
    }),
);

const ask = (methods: string[]) =>
  fc.tuple(seatIndex, fc.constantFrom(...methods), choices).map(
    ([index, method, choice]) =>
      new Command(
        `${index} asks ${method} ${JSON.stringify(choice)}`,
        (world) => {
          const seat = seatOf(world, index);
          return meddle(world, seat, method, parametersOf(world, seat, method, choice));
        },
        (world) => seatOf(world, index).client !== null,
      ),
  );

/** All that a page does to be ready to send and hear. */
async function warmUp(world: GateWorld, seat: Seat): Promise<void> {
  await world.ask(seat, 'openMedia', { rtpCapabilities: receivesAll });
  for (const direction of ['send', 'receive']) await world.ask(seat, 'createTransport', { direction });
  const transportId = [...world.owners.keys()].filter((id) => world.owners.get(id) === seat.peerId).at(-2);
  for (const source of ['microphone', 'camera'] as const) {
    const what = { transportId, source, kind: kindOf(source), rtpParameters: streamOf(source) };
    await world.ask(seat, 'produce', what);
  }
}

/** Has everything flow that may, with the ids of others among those that it tries. */
async function resumeAll(world: GateWorld, seat: Seat): Promise<void> {
  await world.watch.settled();
  for (const consumerId of [...world.watch.consumers.keys()].slice(-12))
    await meddle(world, seat, 'resumeConsumer', { consumerId });
}

const resume = seatIndex.map(
  (index) =>
    new Command(
      `${index} resumes all consumers`,
      (world) => resumeAll(world, seatOf(world, index)),
      (world) => seatOf(world, index).client !== null,
    ),
);

const warm = seatIndex.map(
  (index) =>
    new Command(
      `${index} warms up`,
      (world) => warmUp(world, seatOf(world, index)),
      (world) => seatOf(world, index).client !== null,
    ),
);

/** Somebody's place changes while everyone asks for media. */
const atOnce = fc
  .tuple(
    fc.tuple(seatIndex, fc.constantFrom(...admission), choices),
    fc.array(fc.tuple(seatIndex, fc.constantFrom(...media), choices), { minLength: 1, maxLength: 4 }),
  )
  .map(
    ([change, asked]) =>
      new Command(`at once: ${JSON.stringify([change, ...asked])}`, async (world) => {
        const requests = [change, ...asked].map(([index, method, choice]) => {
          const seat = seatOf(world, index);
          return world.ask(seat, method, parametersOf(world, seat, method, choice));
        });
        await Promise.all(requests);
      }),
  );

const come = fc.tuple(seatIndex, fc.option(fc.nat(20), { freq: 2 }), fc.boolean()).map(
  ([index, key, keepMedia]) =>
    new Command(
      `${index} comes ${key === null ? 'anew' : `with key ${key}`}${keepMedia ? ', keeping media' : ''}`,
      (world) =>
        world.join(seatOf(world, index), key === null ? undefined : pick(world.keys, key), keepMedia),
      ({ model }) => model.peers.size < 18,
    ),
);

const drop = seatIndex.map(
  (index) =>
    new Command(`${index} is cut off`, async (world) => {
      const { client } = seatOf(world, index);
      client?.socket.terminate();
      await client?.closed;
      seatOf(world, index).client = null;
    }),
);

/** Everyone has come, the interviewer has entered and one applicant is in the call: where the interesting begins. */
export const begin = new Command('everyone comes, and two are in the call', async (world) => {
  for (const seat of world.seats) {
    await world.join(seat, undefined, false);
    await warmUp(world, seat);
  }
  const [interviewer, , applicant] = world.seats as [Seat, Seat, Seat];
  await world.ask(interviewer, 'enter', { company: '会社', name: '担当' });
  await world.ask(applicant, 'requestAdmission', { name: '応募' });
  await world.ask(interviewer, 'admit', { peerId: applicant.peerId });
  for (const seat of [interviewer, applicant]) await resumeAll(world, seat);
});

export const commands = fc.noBias(
  fc.commands<GateWorld, GateWorld, false>(
    [
      ask(admission),
      ask(admission),
      ask(media),
      ask(others),
      warm,
      resume,
      resume,
      flicker,
      flicker,
      ask(meddling),
      atOnce,
      come,
      drop,
    ] as fc.Arbitrary<Command>[],
    { maxCommands: COMMANDS, size: 'max' },
  ),
);
