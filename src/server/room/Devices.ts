import { randomUUID } from 'node:crypto';
import type { TurnedOff } from '../../protocol/messages.ts';
import type { SentSource } from '../../protocol/sources.ts';

/** Which are on, as their owner wishes. */
export type DevicesOn = { microphone: boolean; camera: boolean };

/** What the page says of them: the wish, and what it cannot send although it is on. */
export type DevicesWish = DevicesOn & { unsent?: readonly SentSource[] | undefined };

/** Which of a person's devices are on: by their own wish, and by what others have turned off. */
export class Devices {
  #on: DevicesOn;
  #turnedOff: TurnedOff | null;
  #unsent: readonly SentSource[] = [];

  constructor(on: DevicesOn, turnedOff: TurnedOff | null) {
    this.#on = on;
    this.#turnedOff = turnedOff;
  }

  get on(): DevicesOn {
    return this.#on;
  }

  /** As the others are told of them. */
  get shown(): DevicesWish {
    return this.#unsent.length > 0 ? { ...this.#on, unsent: this.#unsent } : this.#on;
  }

  /** What others have turned off, and the person has not turned on again. */
  get turnedOff(): TurnedOff | null {
    return this.#turnedOff;
  }

  /**
   * @param heard the newest `turnedOff` of which the page knew: a wish from before it turns nothing on again, whether the
   *   two crossed on the line or the page was away meanwhile
   */
  wish(wish: DevicesWish, heard?: string | null): void {
    const turnedOff = this.#turnedOff;
    this.#unsent = wish.unsent ?? [];
    const isFromBefore = turnedOff !== null && heard !== undefined && heard !== turnedOff.id;
    this.#on = isFromBefore ? without(wish, turnedOff) : { microphone: wish.microphone, camera: wish.camera };
    this.#turnedOff = turnedOff && stillOff(turnedOff, this.#on);
  }

  /**
   * Turns off what is named. What is off already stays untold, but to who is away: the page comes back with a wish of its own.
   * @returns what the person is to be told; null: nothing
   */
  turnOff(off: DevicesOn, by: TurnedOff['by'], isHere: boolean): TurnedOff | null {
    const on = isHere ? this.#on : { microphone: true, camera: true };
    const changes = { microphone: off.microphone && on.microphone, camera: off.camera && on.camera };
    if (!changes.microphone && !changes.camera) return null;
    const news: TurnedOff = { id: randomUUID(), ...changes, by };
    const before = this.#turnedOff;
    this.#on = without(this.#on, changes);
    this.#turnedOff = {
      ...news,
      microphone: news.microphone || before?.microphone === true,
      camera: news.camera || before?.camera === true,
    };
    return news;
  }
}

function without(on: DevicesOn, off: DevicesOn): DevicesOn {
  return { microphone: on.microphone && !off.microphone, camera: on.camera && !off.camera };
}

/** null: the person has turned all of it on again. */
function stillOff(turnedOff: TurnedOff, on: DevicesOn): TurnedOff | null {
  const microphone = turnedOff.microphone && !on.microphone;
  const camera = turnedOff.camera && !on.camera;
  return microphone || camera ? { ...turnedOff, microphone, camera } : null;
}
