import type { DataSource, EntitySchema, ObjectLiteral } from 'typeorm';
import type { StayEnd, StayPeriod, StayRecord } from '../room/records.ts';
import { batches } from './batches.ts';
import { StayEntity } from './entities.ts';
import { isOrphan } from './errors.ts';
import { storedInstant } from './storedInstant.ts';
import type { WriteQueue } from './WriteQueue.ts';

/** Where the clock was put back meanwhile, a stay would seem to end before it began. */
const LAST_SEEN = 'CASE WHEN last_seen_at < entered_at THEN entered_at ELSE last_seen_at END';

/** Who was in which call, from when until when. They are read in pages by `RecordTable`. */
export class StayTable {
  readonly #source: DataSource;
  readonly #writes: WriteQueue;
  /** The stays that this process has begun and not ended: it vouches for them with `touch`. */
  readonly #openStays = new Set<string>();
  #touching: Promise<void> = Promise.resolve();

  constructor(source: DataSource, writes: WriteQueue) {
    this.#source = source;
    this.#writes = writes;
  }

  /** When applicants were in the call; of one who is still there, or whose server went, until when that was last known. */
  async periods(roomId: string): Promise<StayPeriod[]> {
    const stays = await this.#rows(StayEntity).find({
      select: { linkId: true, enteredAt: true, leftAt: true, lastSeenAt: true },
      where: { roomId, role: 'applicant' },
    });
    return stays.flatMap(({ linkId, enteredAt, leftAt, lastSeenAt }) =>
      linkId ? [{ linkId, enteredAt, leftAt: leftAt ?? lastSeenAt }] : [],
    );
  }

  /**
   * Adding the same stay again, after a failure of unknown outcome, changes nothing. Of a room that was deleted meanwhile
   * none is kept.
   */
  async add(stay: StayRecord): Promise<void> {
    // One statement: when a server was started again, everybody's is added again at once.
    const insert = () =>
      this.#source
        .createQueryBuilder()
        .insert()
        .into(StayEntity)
        .values({ ...stay, lastSeenAt: stay.enteredAt })
        .orUpdate(['id'], ['id'])
        .updateEntity(false)
        .execute();
    try {
      await this.#writes.write(insert);
      if (!stay.leftAt) this.#openStays.add(stay.id);
    } catch (error) {
      if (!isOrphan(error)) throw error;
    }
  }

  async end(stayId: string, { at, ending, media }: StayEnd): Promise<void> {
    const wasOpen = this.#openStays.delete(stayId);
    try {
      // A touch that is under way was told of this stay while it lasted, and would open it again.
      await this.#touching;
      await this.#writes.write(() =>
        this.#rows(StayEntity).update({ id: stayId }, { leftAt: at, lastSeenAt: at, ending, media }),
      );
    } catch (error) {
      if (wasOpen) this.#openStays.add(stayId);
      throw error;
    }
  }

  /**
   * Says that the stays which this process has begun and not ended still last. A stay that another server
   * took for dead meanwhile is open again.
   */
  async touch(at: Date): Promise<void> {
    const touching = this.#touchAll(at);
    this.#touching = touching.catch(() => undefined);
    await touching;
  }

  async #touchAll(at: Date): Promise<void> {
    for (const ids of batches([...this.#openStays])) {
      // In a transaction, so that one which is given up in a database that hangs changes nothing when that goes on.
      await this.#writes.transaction((manager) =>
        manager
          .createQueryBuilder()
          .update(StayEntity)
          .set({ lastSeenAt: at, leftAt: null, ending: null })
          .where('id IN (:...ids)', { ids })
          .execute(),
      );
    }
  }

  /** Ends the stays that no server has vouched for since `before`, at the time they were last seen. */
  async closeStale(before: Date): Promise<number> {
    const result = await this.#writes.write(() =>
      this.#source
        .createQueryBuilder()
        .update(StayEntity)
        .set({ leftAt: () => LAST_SEEN, ending: 'server_lost' })
        .where('left_at IS NULL AND last_seen_at < :before', { before: storedInstant(this.#source, before) })
        .execute(),
    );
    return result.affected ?? 0;
  }

  #rows<T extends ObjectLiteral>(entity: EntitySchema<T>) {
    return this.#source.getRepository(entity);
  }
}
