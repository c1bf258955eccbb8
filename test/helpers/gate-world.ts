/** People at a real server whose messages are made up, and a comparison of the media workers with what may flow. */
import type { ExecutionContext } from 'ava';
import { limits } from '../../src/protocol/limits.ts';
import type { ChatMessage, Event, Notifications, Results, Role } from '../../src/protocol/messages.ts';
import { reissueLink } from '../../src/server/admin/links.ts';
import { findRoom, updateRoom } from '../../src/server/admin/rooms.ts';
import { type Client, connect } from './client.ts';
import { read, send } from './files.ts';
import { GateModel, isIn, type ModelPeer } from './gate-model.ts';
import { askInternally } from './internal.ts';
import type { Look, MediaWatch, Seen } from './media-watch.ts';
import { adminOf, type TestRoom, type TestServer } from './server.ts';

/** A browser: whoever sits at it, which may change. */
export type Seat = { role: Role; client: Client | null; peerId: string | null; resumeKey: string };

/** How often things happened, so that a test in which nothing flows and nothing is refused can be told. */
export type Tally = {
  sent: number;
  arrived: number;
  heldBack: number;
  done: number;
  refused: number;
  heard: number;
  files: number;
  moves: number;
};

/** Interviewers and applicants; one of each more than the room has seats. */
const roles: Role[] = ['interviewer', 'interviewer', 'applicant', 'applicant', 'applicant'];
const seats = { interviewer: 1, applicant: 2 };

export class GateWorld {
  readonly seats: Seat[] = roles.map((role) => ({ role, client: null, peerId: null, resumeKey: '' }));
  readonly model = new GateModel({ ...seats });
  readonly watch: MediaWatch;
  /** Every key that a seat was ever given, and every transport with whom it was made for. */
  readonly keys: string[] = [];
  readonly owners = new Map<string, string>();
  /** The ids of what was written, and of the files that were sent. */
  readonly messages: string[] = [];
  readonly files: string[] = [];
  /** When the room ends, as the last who came was told. */
  until = '';
  readonly tally: Tally;
  readonly #tokens: Record<Role, string>;
  readonly #asked = new Map<Client, number>();
  readonly #t: ExecutionContext;
  readonly #server: TestServer;
  readonly #room: TestRoom;
  readonly #direct: boolean;

  private constructor(t: ExecutionContext, server: TestServer, room: TestRoom, options: WorldOptions) {
    this.#t = t;
    this.#server = server;
    this.#room = room;
    this.#tokens = { ...room.tokens };
    this.watch = options.watch;
    this.tally = options.tally;
    this.#direct = options.direct;
  }

  static async open(t: ExecutionContext, server: TestServer, options: WorldOptions): Promise<GateWorld> {
    const room = await server.room({ interviewerSeats: seats.interviewer, applicantSeats: seats.applicant });
    return new GateWorld(t, server, room, options);
  }

  /** Comes anew, or back into the place that a key opens, at this browser; who sat there is cut off. */
  async join(seat: Seat, resumeKey: string | undefined, keepMedia: boolean): Promise<void> {
    seat.client?.socket.terminate();
    await seat.client?.closed;
    const client = await connect(this.#t, this.#server, { token: this.#tokens[seat.role] });
    const joined = await client.request('join', { resumeKey, keepMedia });
    for (const other of this.seats) if (other.peerId === joined.peerId) other.client = null;
    Object.assign(seat, { client, peerId: joined.peerId, resumeKey: joined.resumeKey });
    this.until = joined.room.until;
    this.#learn(joined.resumeKey);
    const known = this.model.peers.get(joined.peerId);
    if (!known) this.model.came(joined.peerId, seat.role);
    else if (!keepMedia) known.sharing = false;
    const { state } = this.model.peers.get(joined.peerId) as ModelPeer;
    if (joined.state !== state) throw new Error(`comes back as ${joined.state} instead of ${state}`);
    if (joined.call && !isIn({ state })) throw new Error(`is told of the call while ${state}`);
  }

  /** Asks as whoever sits there; what the model foresees is what must come of it. */
  async ask(seat: Seat, method: string, params: Record<string, unknown>): Promise<void> {
    const peer = this.peerOf(seat);
    const { client } = seat;
    if (!client || !peer || this.#isTalkative(client)) return;
    const foreseen = this.model.mayDo(peer, method, params);
    // At once, so that more can be asked before the answer is here: one socket's requests are done in their order.
    if (foreseen) this.model.did(peer, method, params);
    const frame = await client.ask(method, params);
    if ('event' in frame) throw new Error('a notification is no answer');
    this.tally[frame.ok ? 'done' : 'refused']++;
    const isWrong = foreseen !== undefined && foreseen !== frame.ok;
    if (isWrong || (!frame.ok && frame.error.code === 'internal'))
      throw new Error(`${peer.role} ${peer.state}: ${method} was answered ${JSON.stringify(frame)}`);
    if (!frame.ok) return;
    if (method === 'createTransport') this.owners.set((frame.result as { id: string }).id, peer.id);
    if (method === 'moveSeat') this.#moved((frame.result as Results['moveSeat']).resumeKey);
    if (method === 'sendChat') this.messages.push((frame.result as Results['sendChat']).id);
    if (method === 'leave') await this.#cutOffWhoLeft();
  }

  /** Sends a file, or reads one, over HTTP. */
  async askFile(seat: Seat, fileId: string | null): Promise<void> {
    const peer = this.peerOf(seat);
    if (!peer) return;
    const someone = { token: this.#tokens[seat.role], resumeKey: seat.resumeKey };
    const answer = await (fileId === null
      ? send(this.#server, someone, 'x')
      : read(this.#server, someone, fileId));
    const body = await answer.text();
    this.tally[answer.ok ? 'done' : 'refused']++;
    const isAsForeseen = answer.ok ? isIn(peer) : answer.status < 500;
    // Too many at once, or one that is not there any more, is all that keeps somebody in the call from it.
    const isRefusedRightly = answer.ok || !isIn(peer) || [404, 429].includes(answer.status);
    if (!isAsForeseen || !isRefusedRightly)
      throw new Error(`${told(peer)}: the file was answered ${answer.status} ${body}`);
    if (!answer.ok) return;
    this.tally.files++;
    if (fileId === null) this.files.push((JSON.parse(body) as ChatMessage).file?.id ?? '');
  }

  /** An administrator gives the role another link: whoever came by the old one has to go. */
  async reissue(role: Role): Promise<void> {
    this.model.linkEnded(role);
    const link = await reissueLink(await adminOf(this.#server), this.#room.links[role]);
    this.#tokens[role] = this.#server.token(link);
    await this.#cutOffWhoLeft();
  }

  /** An administrator changes how many seats there are; who has one keeps it. */
  async setSeats(interviewer: number, applicant: number): Promise<void> {
    const admin = await adminOf(this.#server);
    const room = await findRoom(admin, this.#room.record.id);
    await updateRoom(admin, room, { interviewerSeats: interviewer, applicantSeats: applicant });
    Object.assign(this.model.seats, { interviewer, applicant });
  }

  #moved(key: string | null): void {
    if (key === null) return;
    this.tally.moves++;
    this.#learn(key);
  }

  #learn(key: string): void {
    if (!this.keys.includes(key)) this.keys.push(key);
  }

  /** Whether one more request could be one too many for a single socket. */
  #isTalkative(client: Client): boolean {
    const asked = (this.#asked.get(client) ?? 0) + 1;
    this.#asked.set(client, asked);
    return asked > limits.requests.burst - 5;
  }

  peerOf = ({ peerId }: Seat): ModelPeer | undefined => this.model.peers.get(peerId ?? '');

  /** Throws when anything in the workers is otherwise than the model says, or a packet came where none may. */
  async compare(): Promise<void> {
    // At once, before the workers have settled: the answer that somebody is on hold must be true when it is given.
    if (this.#direct)
      this.watch.send(({ transportId, source }) => `<${this.owners.get(transportId)} ${source}>`);
    await this.watch.settled();
    this.#compareArrived();
    for (const seat of this.seats) this.#compareHeard(seat);
    const look = await this.watch.look();
    for (const id of look.transports)
      if (!this.#owner(id)) throw new Error(`transport ${id} of nobody is left`);
    for (const producer of look.producers) this.#compareProducer(producer);
    this.#compareConsumers(look);
  }

  /** Ends what goes on in the room, as an administrator does. */
  async close(): Promise<void> {
    await askInternally(this.#server, 'POST', `rooms/${this.#room.record.id}/end`);
    await this.watch.settled();
    this.watch.forget();
  }

  async #cutOffWhoLeft(): Promise<void> {
    for (const seat of this.seats) {
      if (!seat.client || this.model.peers.has(seat.peerId ?? '')) continue;
      await seat.client.closed;
      Object.assign(seat, { client: null, peerId: null });
    }
  }

  #owner = (transportId: string) => this.model.peers.get(this.owners.get(transportId) ?? '');

  #compareProducer({ id, transportId, source, paused }: Seen): void {
    const peer = this.#owner(transportId);
    if (!peer) throw new Error(`producer ${id} of nobody is left`);
    const isRight = paused === !this.model.forwards(peer, source);
    if (!isRight) throw new Error(`${source} of ${told(peer)} ${paused ? 'is paused' : 'goes on'}`);
  }

  #compareConsumers({ transports, producers, consumers }: Look): void {
    const foreseen: string[] = [];
    for (const receiver of this.model.peers.values()) {
      if (!transports.some((id) => this.#owner(id) === receiver && this.watch.isReceiving(id))) continue;
      for (const { transportId, source } of producers) {
        const sender = this.#owner(transportId);
        if (sender && this.model.receives(receiver, sender, source))
          foreseen.push(flow(sender, source, receiver));
      }
    }
    const found = consumers.map(({ producerId, source, transportId }) => {
      const sender = this.#owner(producers.find(({ id }) => id === producerId)?.transportId ?? '');
      return flow(sender, source, this.#owner(transportId));
    });
    if (found.sort().join() === foreseen.sort().join()) return;
    throw new Error(`there are consumers for\n${found.join('\n')}\ninstead of\n${foreseen.join('\n')}`);
  }

  /** Nothing from within the call was told to somebody who is not in it; whoever is in it stays until they go. */
  #compareHeard({ client, peerId }: Seat): void {
    const peer = this.model.peers.get(peerId ?? '');
    if (!client || !peer) return;
    for (const { event, data } of client.told) {
      if (event === 'seatMoved') this.#moved((data as Notifications['seatMoved']).resumeKey);
      if (isOfCall(event)) this.tally.heard++;
      if (isOfCall(event) && !isIn(peer)) throw new Error(`${told(peer)} was told ${event}`);
    }
    client.told.splice(0);
  }

  #compareArrived(): void {
    const sent = [...this.watch.producers.values()].filter(({ made }) => !made.closed).length;
    const arrived = this.watch.takeArrived();
    this.tally.sent += sent;
    this.tally.arrived += arrived.length;
    if (arrived.length === 0) this.tally.heldBack += sent;
    for (const { transportId, text } of arrived) {
      const [, senderId, source] = /<([0-9a-f-]{36}) (\w+)>$/.exec(text) ?? [];
      const sender = this.model.peers.get(senderId ?? '');
      const receiver = this.#owner(transportId);
      const may =
        sender &&
        receiver &&
        source &&
        this.model.receives(receiver, sender, source) &&
        this.model.forwards(sender, source);
      if (!may)
        throw new Error(
          `a packet came through: ${flow(sender, source ?? '', receiver)} (${JSON.stringify(text.slice(-60))})`,
        );
    }
  }
}

export type WorldOptions = { watch: MediaWatch; tally: Tally; direct: boolean };

const isOfCall = (event: Event) => ['chatMessage', 'messageDeleted', 'chatCleared'].includes(event);

const told = (peer: ModelPeer | undefined) => (peer ? `${peer.role} (${peer.state}) ${peer.id}` : 'nobody');
const flow = (sender: ModelPeer | undefined, source: string, receiver: ModelPeer | undefined) =>
  `${source} of ${told(sender)} to ${told(receiver)}`;
