import type { ExecutionContext } from 'ava';
import { guardLimits } from '../../src/server/room/LinkGuard.ts';
import { connect } from './client.ts';

/** Tries as many wrong links as it takes for this machine to be locked out. */
export async function lockOut(t: ExecutionContext, server: { url: string }): Promise<void> {
  for (let i = 0; i < guardLimits.wrongTokens.most; i++) {
    const client = await connect(t, server, { token: String(i).padStart(44, 'x') });
    await client.closed;
  }
}
