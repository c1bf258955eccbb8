/** What people do in a room that is put to the test, made up: each command is one of fast-check's model-based testing. */
import fc from 'fast-check';
import type { Role } from '../../src/protocol/messages.ts';
import { isIn } from './gate-model.ts';
import { choices, parametersOf, pick } from './gate-parameters.ts';
import type { GateWorld, Seat } from './gate-world.ts';
import { kindOf, receivesAll, streamOf } from './rtp.ts';

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
const moving = ['moveSeat', 'moveSeat', 'cancelMove', 'answerMove', 'answerMove'];
const others = [
  'extend',
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

const stateOf = (world: GateWorld, index: number) => world.peerOf(seatOf(world, index))?.state ?? 'waiting';
const isInside = (world: GateWorld, index: number) => isIn({ state: stateOf(world, index) });

/** Half of them by people in the call, who are few otherwise. */
const file = fc.tuple(seatIndex, fc.option(fc.nat(6), { freq: 1 }), fc.boolean()).map(
  ([index, which, inside]) =>
    new Command(
      `${index} ${which === null ? 'sends a file' : `reads file ${which}`}`,
      (world) => world.askFile(seatOf(world, index), which === null ? null : pick(world.files, which)),
      (world) => !inside || isInside(world, index),
    ),
);

/** An applicant who waits asks for the seat that another device has, and an interviewer agrees. */
const move = fc.nat(2).map(
  (which) =>
    new Command(
      `${2 + which} is given the seat of another device`,
      async (world) => {
        const [host, asker] = [seatOf(world, 0), seatOf(world, 2 + which)];
        await world.ask(asker, 'moveSeat', { name: '応募' });
        await world.ask(host, 'answerMove', { peerId: asker.peerId, allowed: true });
      },
      (world) => isInside(world, 0) && !isInside(world, 2 + which),
    ),
);

const reissue = fc
  .constantFrom<Role>('interviewer', 'applicant')
  .map((role) => new Command(`the link for the ${role} is made anew`, (world) => world.reissue(role)));

const setSeats = fc
  .tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 }))
  .map(
    ([interviewers, applicants]) =>
      new Command(`the room has ${interviewers} and ${applicants} seats`, (world) =>
        world.setSeats(interviewers, applicants),
      ),
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

/** What somebody in the call writes or takes back is told to the others in it. */
const talk = fc.tuple(seatIndex, fc.constantFrom('sendChat', 'sendChat', 'deleteMessage', 'clearChat')).map(
  ([index, method]) =>
    new Command(
      `${index} asks ${method} in the call`,
      (world) => {
        const [clientId, messageId] = [crypto.randomUUID(), world.messages.at(-1)];
        const parameters = { sendChat: { clientId, text: 'x' }, deleteMessage: { messageId }, clearChat: {} };
        return world.ask(seatOf(world, index), method, parameters[method]);
      },
      (world) => isInside(world, index),
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
      ask(moving),
      move,
      file,
      fc.oneof(reissue, setSeats),
      talk,
      talk,
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
