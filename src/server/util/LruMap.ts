/** Values by key, made when they are asked for; of more than `most` the one that was used longest ago is forgotten. */
export class LruMap<V> {
  readonly #most: number;
  readonly #make: () => V;
  readonly #values = new Map<string, V>();

  constructor(most: number, make: () => V) {
    this.#most = most;
    this.#make = make;
  }

  get(key: string): V {
    const value = this.peek(key) ?? this.#make();
    // A Map keeps the order in which keys were put in: the first is the one to forget.
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size > this.#most) this.#values.delete(this.#values.keys().next().value as string);
    return value;
  }

  /** Without making one. */
  peek(key: string): V | undefined {
    return this.#values.get(key);
  }

  get size(): number {
    return this.#values.size;
  }
}
