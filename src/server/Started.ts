/** What has been started, to be stopped in the opposite order. */
export class Started {
  readonly #stops: (() => void | Promise<void>)[] = [];
  #stopping: Promise<void> | null = null;

  add(stop: () => void | Promise<void>): void {
    this.#stops.push(stop);
  }

  /** Even when something else has failed by the time it is there. */
  async keep<T>(starting: Promise<T>, stop: (started: T) => void | Promise<void>): Promise<T> {
    const settled = starting.then(
      (started) => () => stop(started),
      () => () => undefined,
    );
    this.add(async () => (await settled)());
    return starting;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    for (const stop of this.#stops.reverse()) await stop();
  }
}
