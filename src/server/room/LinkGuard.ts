import { performance } from 'node:perf_hooks';
import { AppError } from '../errors.ts';
import { LruMap } from '../util/LruMap.ts';
import { networkOf } from '../util/networkOf.ts';
import { Quota } from '../util/Quota.ts';
import { type Rate, RateLimits } from '../util/RateLimit.ts';
import { isOwnToken } from './links.ts';
import { type OpenedLink, type OpenLinkDependencies, openLink } from './openLink.ts';

/**
 * How often links may be tried and opened. A network is an IPv4 address, or the /64 of an IPv6 address: what one
 * subscriber has (RFC 6177). One address may be a whole company (NAT), so only what nobody does by mistake is strict.
 */
export const guardLimits = {
  /**
   * Tokens of one network that no server of this secret has made. A link that a mail program broke is opened a few
   * times by each who got it; thirty in ten minutes is a program. It is not what keeps tokens from being guessed, which
   * their 128 bits do (NIST SP 800-63B section 5.2.2 asks for a limit below 64 bits); it keeps strangers from the
   * database and the log.
   */
  wrongTokens: { most: 30, windowMs: 10 * 60_000, lockMs: 10 * 60_000 },
  /**
   * Sockets of one network that come without a token of this server: a page whose link a mail program broke opens one.
   * Those with one have the rate of their link alone, for a whole hall may sit behind one address.
   */
  socketsPerNetwork: { burst: 2500, perSecond: 100 },
  /**
   * Sockets of one link from one network: at most 100 people (mostOfLink of room/seats.ts), each of whom tries again after 0.3 s, later and
   * later up to every 5 s (src/web/connection/Retry.ts).
   */
  socketsPerLink: { burst: 200, perSecond: 20 },
  /** Downloads of a room's records by one link: each reads the whole room from the database. */
  downloadsPerLink: { burst: 20, perSecond: 0.2 },
  /** Networks and links that are remembered at least, each: some 5 MB at most, however many addresses somebody has. */
  remembered: 10_000,
} as const;

export type GuardLimits = {
  wrongTokens: { most: number; windowMs: number; lockMs: number };
  socketsPerNetwork: Rate;
  socketsPerLink: Rate;
  downloadsPerLink: Rate;
  remembered: number;
};

/** `limits` other than the usual ones are for tests. */
export type LinkGuardOptions = OpenLinkDependencies & {
  limits?: GuardLimits;
  /** Milliseconds that only grow: an administrator may set the clock. */
  elapsed?: () => number;
};

/**
 * Stands before every link: who tries wrong tokens is locked out for a while, and nobody opens too much at once. A
 * token that this server has made passes a lock-out: the one who tried the others sits behind the same address as 200
 * applicants, and whoever holds a true link need not be kept from guessing.
 */
export class LinkGuard {
  readonly #options: LinkGuardOptions;
  readonly #limits: GuardLimits;
  readonly #elapsed: () => number;
  readonly #wrong: Quota;
  readonly #locks: LruMap<{ until: number }>;
  readonly #sockets: RateLimits;
  readonly #links: RateLimits;
  readonly #downloads: RateLimits;

  constructor(options: LinkGuardOptions) {
    const { limits = guardLimits, elapsed = () => performance.now() } = options;
    const { remembered, wrongTokens } = limits;
    const rates = (rate: Rate) => new RateLimits(rate, remembered, elapsed);
    this.#options = options;
    this.#limits = limits;
    this.#elapsed = elapsed;
    this.#wrong = new Quota({ ...wrongTokens, remembered, elapsed });
    this.#locks = new LruMap(remembered, () => ({ until: 0 }));
    this.#sockets = rates(limits.socketsPerNetwork);
    this.#links = rates(limits.socketsPerLink);
    this.#downloads = rates(limits.downloadsPerLink);
  }

  /** As openLink. @throws {AppError} locked_out as well, which says until when */
  async open(token: string, address: string): Promise<OpenedLink> {
    const network = networkOf(address);
    const isOwn = isOwnToken(this.#options.secret, token);
    if (!isOwn) this.#assertNotLocked(network);
    try {
      return await openLink(token, this.#options);
    } catch (error) {
      const isWrong = error instanceof AppError && error.code === 'link_unknown' && token !== '' && !isOwn;
      if (isWrong) this.#countWrong(network);
      throw error;
    }
  }

  /** Whether one more socket of this address, which brings this token, may be opened at all. */
  mayOpenSocket(address: string, token: string): boolean {
    return isOwnToken(this.#options.secret, token) || this.#sockets.take(networkOf(address));
  }

  /**
   * Before anything is asked of the database. By token, so that a replaced one takes nothing from the one in its place; and by
   * network, so that one who has a link keeps nobody else out who has it.
   * @throws {AppError} too_fast for a token of this server that comes too often
   */
  assertMayConnect(token: string, address: string): void {
    if (!isOwnToken(this.#options.secret, token)) return;
    if (this.#links.take(`${token} ${networkOf(address)}`)) return;
    throw new AppError('too_fast', 'this link is opened too often; try again in a few seconds');
  }

  /** @throws {AppError} too_fast */
  assertMayDownload(linkId: string): void {
    if (this.#downloads.take(linkId)) return;
    throw new AppError('too_fast', 'too many downloads with this link; try again in a minute');
  }

  #assertNotLocked(network: string): void {
    const left = (this.#locks.peek(network)?.until ?? 0) - this.#elapsed();
    if (left <= 0) return;
    const retryAt = new Date(this.#options.clock.now().getTime() + left);
    const minutes = Math.ceil(left / 60_000);
    throw new AppError(
      'locked_out',
      `too many wrong links came from this network; try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`,
      { retryAt },
    );
  }

  #countWrong(network: string): void {
    if (this.#wrong.take(network).remaining > 0) return;
    this.#locks.get(network).until = this.#elapsed() + this.#limits.wrongTokens.lockMs;
  }
}
