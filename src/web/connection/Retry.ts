type RetryOptions = {
  /** Opens a socket, in place of one that is still being opened. */
  open(): void;
  isThere(): Promise<boolean>;
};

const FIRST_MS = 300;
const LAST_MS = 5_000;
const LOOK_MS = 700;
/** While a socket is opened of a server that is there: all its pages are coming at once, and who lets go begins anew. */
const OPENED_LOOK_MS = 4_000;
const LAST_LOOK_MS = 8_000;

/**
 * When a lost socket is opened again: later and later, and at once when the server is seen to be there.
 *
 * Opening sockets alone would find it too late. A browser repeats an unanswered SYN less and less often, and Chromium
 * holds a page's WebSockets back for up to 5 s once about 16 of them have failed. Looking by HTTP costs neither.
 */
export class Retry {
  readonly #options: RetryOptions;
  #attempts = 0;
  #next: ReturnType<typeof setTimeout> | undefined;
  #look: ReturnType<typeof setTimeout> | undefined;
  #looking = false;
  #lookMs = LOOK_MS;

  constructor(options: RetryOptions) {
    this.#options = options;
  }

  /** The socket is lost, or could not be opened. */
  schedule(): void {
    clearTimeout(this.#next);
    const delay = Math.min(LAST_MS, FIRST_MS * 2 ** this.#attempts++);
    this.#next = setTimeout(() => this.#options.open(), spread(delay));
    if (this.#looking) return;
    this.#looking = true;
    this.#lookSoon();
  }

  /** A socket is being opened. */
  opening(): void {
    clearTimeout(this.#next);
  }

  /** It is there, or not wanted any more. */
  stop(): void {
    clearTimeout(this.#next);
    clearTimeout(this.#look);
    this.#look = undefined;
    this.#looking = false;
    this.#lookMs = LOOK_MS;
    this.#attempts = 0;
  }

  #lookSoon(): void {
    const look = setTimeout(async () => {
      const isThere = await this.#options.isThere();
      // Stopped, and perhaps begun anew, in the meantime.
      if (look !== this.#look) return;
      if (isThere) {
        // Later each time: what answers by HTTP may still take no sockets, or take them slowly.
        this.#lookMs = Math.min(LAST_LOOK_MS, Math.max(OPENED_LOOK_MS, this.#lookMs * 2));
        this.#options.open();
      }
      this.#lookSoon();
    }, spread(this.#lookMs));
    this.#look = look;
  }
}

// So that a restarted server is not met by everyone at once.
const spread = (ms: number) => ms * (0.8 + Math.random() * 0.4);
