/** When the server is full: then no call begins, and those that run go on. */

/** `most`: null for as many as the workers carry. */
export type Calls = {
  /** Rooms in which somebody is in the call, on hold or not, or expected back into it. */
  running: number;
  /** call.maxCalls; null: what the media workers carry decides alone. */
  most: number | null;
};

/** Whether the calls that run are as many as an administrator lets be. */
export const isAtMost = ({ running, most }: Calls) => most !== null && running >= most;
