import { limits } from '../../protocol/limits.ts';
import { RateLimits } from '../util/RateLimit.ts';
import type { Peer } from './Peer.ts';
import type { LinkRecord } from './records.ts';

/** Links that are remembered of each kind: some 5 MB at most. */
const REMEMBERED = 10_000;

/**
 * How often people come by one link, and ask to be let in, whichever seats they take for it: who leaves and comes again,
 * or opens one more tab, begins no new account. It outlives rooms, which close with their last person.
 */
export class LinkRates {
  readonly #comings = new RateLimits(limits.comings, REMEMBERED);
  /** By the links that have one person's name, and by the others. */
  readonly #askingOfOne = new RateLimits(limits.admissions, REMEMBERED);
  readonly #askingOfMany = new RateLimits(limits.admissionsPerLink, REMEMBERED);

  /** Whether one more may take a new place by this link now. */
  mayCome({ id }: Pick<LinkRecord, 'id'>): boolean {
    return this.#comings.take(id);
  }

  /** Whether this person may ask to be let in now. */
  mayAsk({ admissionRate, linkId, isOnlyOne }: Peer): boolean {
    const ofLink = isOnlyOne ? this.#askingOfOne : this.#askingOfMany;
    return admissionRate.take() && ofLink.take(linkId);
  }
}
