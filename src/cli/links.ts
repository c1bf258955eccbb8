import type { Config } from '../server/config.ts';
import { UserError } from '../server/errors.ts';
import { linkToken, linkUrl } from '../server/room/links.ts';
import type { LinkRecord } from '../server/room/ports.ts';
import { runningServerUrl } from '../server/serverFile.ts';

export type RoomUrls = { interviewerUrl: string; applicantUrl: string };

/** The addresses of a room's two links as they stand now. */
export function roomUrls(publicUrl: string, secret: Buffer, links: LinkRecord[]): RoomUrls {
  const urlOf = (role: LinkRecord['role']) => {
    const link = links.find((candidate) => candidate.role === role);
    if (!link) throw new Error(`The room has no link for the ${role}.`);
    return linkUrl(publicUrl, linkToken(secret, link));
  };
  return { interviewerUrl: urlOf('interviewer'), applicantUrl: urlOf('applicant') };
}

/**
 * What links begin with: http.publicUrl, else the address of the server that runs on this data directory,
 * else the one it will have.
 * @throws {UserError} nothing says what that will be
 */
export async function publicUrlOf(config: Config): Promise<string> {
  const { publicUrl, port } = config.http;
  if (publicUrl) return publicUrl;
  const running = await runningServerUrl(config.dataDir);
  if (running) return running;
  if (port === 0) {
    throw new UserError(
      'Nothing says where the server will be: set http.publicUrl, or start the server first.',
    );
  }
  return `http://localhost:${port}`;
}
