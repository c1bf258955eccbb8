/** Answers over HTTP that are not the server's own: a proxy in front of it has none of its codes. */

/** tooBigForProxy: it takes no body of that size; away: it does not reach the server. */
export type ProxyProblem = 'tooBigForProxy' | 'away';

/** What a proxy says by the status of an answer; null: something else. */
export function proxyProblemOf(status: number): ProxyProblem | null {
  if (status === 413) return 'tooBigForProxy';
  return status === 502 || status === 503 || status === 504 ? 'away' : null;
}
