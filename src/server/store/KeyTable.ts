import type { DataSource } from 'typeorm';
import type { AuditEntry } from '../room/audit.ts';
import type { AuditLog } from './AuditLog.ts';
import { KeyEntity, type KeyRow } from './entities.ts';
import { storedInstant } from './storedInstant.ts';
import type { WriteQueue } from './WriteQueue.ts';

export type KeyRecord = KeyRow;

/** The keys of other systems. Of the key itself only a hash is kept. */
export class KeyTable {
  readonly #source: DataSource;
  readonly #writes: WriteQueue;
  readonly #audit: AuditLog;

  constructor(source: DataSource, writes: WriteQueue, audit: AuditLog) {
    this.#source = source;
    this.#writes = writes;
    this.#audit = audit;
  }

  async create(key: KeyRecord, audit: AuditEntry[]): Promise<void> {
    await this.#audit.recordWith(audit, (manager) => manager.insert(KeyEntity, { ...key }));
  }

  /** The oldest first, the revoked ones too. */
  async list(): Promise<KeyRecord[]> {
    const rows = await this.#keys().find({ order: { createdAt: 'ASC', id: 'ASC' } });
    return rows.map((row) => ({ ...row }));
  }

  async find(id: string): Promise<KeyRecord | null> {
    const row = await this.#keys().findOneBy({ id });
    return row && { ...row };
  }

  /** The first time of several stays. */
  async revoke(id: string, at: Date, audit: AuditEntry[]): Promise<void> {
    await this.#audit.recordWith(audit, (manager) =>
      manager
        .createQueryBuilder()
        .update(KeyEntity)
        .set({ revokedAt: at })
        .where('id = :id AND revoked_at IS NULL', { id })
        .execute(),
    );
  }

  /** Notes that the key was used, unless that was noted after `unless` already. */
  async used(id: string, at: Date, unless: Date): Promise<void> {
    await this.#writes.write(() =>
      this.#source
        .createQueryBuilder()
        .update(KeyEntity)
        .set({ lastUsedAt: at })
        .where('id = :id AND (last_used_at IS NULL OR last_used_at < :unless)', {
          id,
          unless: storedInstant(this.#source, unless),
        })
        .execute(),
    );
  }

  #keys() {
    return this.#source.getRepository(KeyEntity);
  }
}
