/** How many of something each one has under way, and no more than `most`. */
export class AtOnce {
  readonly #most: number;
  readonly #counts = new Map<string, number>();

  /** @param most without it each `take` says how many */
  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most;
  }

  /** Takes a place; the returned function gives it back, once. null: all are taken. */
  take(key: string, most = this.#most): (() => void) | null {
    const count = this.#counts.get(key) ?? 0;
    if (count >= most) return null;
    this.#counts.set(key, count + 1);
    let isTaken = true;
    return () => {
      if (isTaken) this.#giveBack(key);
      isTaken = false;
    };
  }

  #giveBack(key: string): void {
    const left = (this.#counts.get(key) ?? 1) - 1;
    if (left === 0) this.#counts.delete(key);
    else this.#counts.set(key, left);
  }
}

/** Takes a place of either; the returned function gives both back. null: one of them has none left. */
export function takeBoth(one: AtOnce, key: string, other: AtOnce, otherKey: string): (() => void) | null {
  const giveBack = one.take(key);
  if (!giveBack) return null;
  const giveOther = other.take(otherKey);
  if (!giveOther) {
    giveBack();
    return null;
  }
  return () => {
    giveBack();
    giveOther();
  };
}
