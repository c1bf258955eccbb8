import QuickLRU from 'quick-lru';

/**
 * Values by key, made when they are asked for. The `most` that were used last are kept at least, and twice as many at most: so
 * forgetting costs nothing, however fast somebody brings new keys.
 */
export class LruMap<V extends object> {
  readonly #make: () => V;
  readonly #values: QuickLRU<string, V>;

  constructor(most: number, make: () => V) {
    this.#values = new QuickLRU({ maxSize: most });
    this.#make = make;
  }

  get(key: string): V {
    const known = this.#values.get(key);
    if (known) return known;
    const value = this.#make();
    this.#values.set(key, value);
    return value;
  }

  /** Without making one, and without counting as a use. */
  peek(key: string): V | undefined {
    return this.#values.peek(key);
  }
}
