import type { DataSource } from 'typeorm';
import { UserError } from '../errors.ts';
import type { AuditEntry } from '../room/audit.ts';
import type { LinkRecord } from '../room/records.ts';
import type { AuditLog } from './AuditLog.ts';
import { LinkEntity } from './entities.ts';
import { holdRoom } from './holdRoom.ts';
import type { WriteQueue } from './WriteQueue.ts';

/** Changes a link as it is then, with its audit, or not at all. @throws {UserError} not_found */
export async function changeLink(
  { source, writes, audit }: { source: DataSource; writes: WriteQueue; audit: AuditLog },
  linkId: string,
  entries: AuditEntry[],
  change: (link: LinkRecord) => Partial<LinkRecord>,
): Promise<LinkRecord> {
  const append = await audit.appender();
  const found = await source.getRepository(LinkEntity).findOneBy({ id: linkId });
  const { roomId } = found ?? noLink();
  return writes.transaction(async (manager) => {
    // First of all, so that two at once take turns.
    await holdRoom(manager, roomId);
    const link = (await manager.findOneBy(LinkEntity, { id: linkId })) ?? noLink();
    const next = { ...link, ...change(link) };
    await manager.update(LinkEntity, { id: linkId }, next);
    await append(manager, entries);
    return next;
  });
}

function noLink(): never {
  throw new UserError('There is no such link any more.', { code: 'not_found' });
}
