import type { Config } from '../server/config.ts';
import { UserError } from '../server/errors.ts';
import { addressProblem } from '../server/linkAddress.ts';
import { linkToken, linkUrl } from '../server/room/links.ts';
import { isInvitedElsewhere } from '../server/room/mailed.ts';
import type { LinkRecord } from '../server/room/records.ts';
import { runningServerUrl } from '../server/serverFile.ts';
import { printNote } from './output/print.ts';

/** A link for an administrator to hand out; `url` is null while it is revoked. */
export type LinkUrl = {
  id: string;
  role: LinkRecord['role'];
  name: string;
  email: string | null;
  url: string | null;
  invitedAt: Date | null;
  /** The invitation went to another address than this. */
  invitedElsewhere: boolean;
  cancelledAt: Date | null;
};

/** The two addresses that most rooms have: the first of each role. */
export type RoomUrls = { interviewerUrl: string | null; applicantUrl: string | null };

/** The addresses of a room's links as they stand now, in the given order. */
export function linkUrls(publicUrl: string, secret: Buffer, links: LinkRecord[]): LinkUrl[] {
  return links.map((link) => {
    const { id, role, label, version, revokedAt, email, invitedAt, cancelledAt } = link;
    const url = revokedAt ? null : linkUrl(publicUrl, linkToken(secret, { id, version }));
    const invitedElsewhere = isInvitedElsewhere(link);
    return { id, role, name: label, email, url, invitedAt, invitedElsewhere, cancelledAt };
  });
}

/** Once for a command that hands out links to a person: why others cannot use them as they are. */
export function noteLinks(publicUrl: string, { json }: { json?: boolean | undefined }): void {
  const problem = json ? null : addressProblem(publicUrl);
  if (problem) printNote(`links begin with ${new URL(publicUrl).origin}, ${problem.what}: ${problem.remedy}`);
}

/** Of several links of one role, the first; null: it is revoked, or there is none. */
export function roomUrls(links: LinkUrl[]): RoomUrls {
  const first = (role: LinkRecord['role']) => links.find((link) => link.role === role)?.url ?? null;
  return { interviewerUrl: first('interviewer'), applicantUrl: first('applicant') };
}

/**
 * What links begin with: http.publicUrl, else the address of the server that runs on this data directory,
 * else the one it will have.
 * @throws {UserError} nothing says what that will be
 */
export async function publicUrlOf(config: Config): Promise<string> {
  const { publicUrl, port } = config.http;
  const scheme = config.tls.certFile ? 'https' : 'http';
  if (publicUrl) return publicUrl;
  const running = await runningServerUrl(config.dataDir);
  if (running) return running;
  if (port === 0) {
    throw new UserError('Nothing says where the server will be', {
      remedy: 'set http.publicUrl, or start the server first.',
    });
  }
  return `${scheme}://localhost:${port}`;
}
