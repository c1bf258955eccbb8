import { isSameName } from '../../protocol/names.ts';
import { UserError } from '../../server/errors.ts';
import { checkedLabel } from '../../server/room/newRoom.ts';
import type { LinkRecord } from '../../server/room/records.ts';

/** Whom an invitation is for. */
export type Applicant = { link: LinkRecord /** null: the link is for anyone. */; name: string | null };

/**
 * The applicant that `given` (a name, or a link's id) means; without it the only one there is. A name that no
 * link bears is whom a room's one link without a name is for.
 * @param revokedToo those too whose link is revoked, as for who is told that nothing comes of it
 * @throws {UserError} none or several, with the names that there are; usage: it can be nobody's name
 */
export function applicantOf(
  links: LinkRecord[],
  roomName: string,
  given?: string,
  { revokedToo = false }: { revokedToo?: boolean | undefined } = {},
): Applicant {
  const all = links.filter(({ role }) => role === 'applicant');
  const usable = all.filter(({ revokedAt }) => revokedToo || !revokedAt);
  const [only] = usable;
  if (!only) {
    throw new UserError(`The room ${roomName} has no applicant's link that is valid`, {
      remedy: 'reissue one first.',
    });
  }
  if (given === undefined) {
    if (usable.length === 1) return applicant(only);
    throw new UserError(`The room ${roomName} has ${usable.length} applicants' links`, {
      remedy: `choose one with --applicant: ${names(usable)}.`,
    });
  }
  const matching = matches(usable, given);
  if (matching.length === 1) return applicant(matching[0] as LinkRecord);
  if (matching.length > 1) {
    const ids = matching.map(({ id }) => id).join(', ');
    throw new UserError(`The room ${roomName} has ${matching.length} links for ${given}`, {
      remedy: `give --applicant the link's id: ${ids}.`,
    });
  }
  if (matches(all, given).length > 0) {
    throw new UserError(`The link for ${given} is revoked`, { remedy: 'reissue it first.' });
  }
  if (usable.length === 1 && !only.label) return { link: only, name: checkedLabel(given) };
  throw new UserError(
    `The room ${roomName} has no applicant named ${given}: there ${usable.length === 1 ? 'is' : 'are'} ${names(usable)}.`,
  );
}

const applicant = (link: LinkRecord): Applicant => ({ link, name: link.label || null });

const matches = (links: LinkRecord[], given: string) =>
  links.filter(({ id, label }) => isSameName(label, given) || id === given);

/** Each by the name it bears; one without is told by its id. */
const names = (links: LinkRecord[]) => links.map(({ id, label }) => label || id).join(', ');
