/** What server and client tell each other while 「回線速度」 is measured. */

/** What the server answers to an upload. Times are milliseconds of a clock that only the server reads. */
export type SpeedUp = {
  bytes: number;
  /** When it was answered. */
  at: number;
  /** When how many bytes have come. */
  arrivals: [at: number, bytes: number][];
};
