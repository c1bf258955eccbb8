import type { DataSource } from 'typeorm';
import { StayEntity } from './entities.ts';

/** A query's parameter as the driver stores the same instant in a column. */
export function storedInstant(source: DataSource, at: Date): unknown {
  const column = source.getMetadata(StayEntity).findColumnWithPropertyName('lastSeenAt');
  return column ? source.driver.preparePersistentValue(at, column) : at;
}
