/** What server and client tell each other while 「回線速度」 is measured. */

/** What a line carries each way, in Mbps; `limits.speed.mostMbps` stands for as much or more. */
export type Speed = { downMbps: number; upMbps: number };

/** What the server answers to an upload. Times are milliseconds of a clock that only the server reads. */
export type SpeedUp = {
  bytes: number;
  /** When it was answered. */
  at: number;
  /** When how many bytes have come. */
  arrivals: [at: number, bytes: number][];
};
