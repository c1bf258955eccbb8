import type { Context } from 'koa';
import { assertMayCheck, type OpenedLink } from '../room/openLink.ts';
import type { LinkRecord } from '../room/records.ts';
import { bearerToken } from './bearer.ts';

export type OpenCheckOptions = {
  /** @throws {AppError} when the token opens no room */
  openLink: (token: string, address: string) => Promise<OpenedLink>;
  /** Something where somebody is in a live room who came by the link. */
  linkInUse: (linkId: string) => Promise<object | null>;
};

/** The link of somebody who runs the environment check. @throws {AppError} when they may not */
export async function openCheck(
  ctx: Context,
  { openLink, linkInUse }: OpenCheckOptions,
): Promise<LinkRecord> {
  const opened = await openLink(bearerToken(ctx), ctx.ip);
  const isInside = opened.outsideWindow !== null && (await linkInUse(opened.link.id)) !== null;
  assertMayCheck(opened, isInside);
  return opened.link;
}
