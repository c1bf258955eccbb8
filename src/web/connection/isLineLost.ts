import { RequestError } from './RequestError.ts';

/** Whether the server has not answered at all. */
export const isLineLost = (error: unknown): boolean =>
  error instanceof RequestError && (error.code === 'disconnected' || error.code === 'timeout');
