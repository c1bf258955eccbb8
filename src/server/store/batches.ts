/** Rows of one statement: fewer than either database takes as parameters (SQLite: 32,766 in all). */
const BATCH = 500;

/** The items in their order, in parts for one statement each. */
export function batches<T>(items: T[], most = BATCH): T[][] {
  return Array.from({ length: Math.ceil(items.length / most) }, (_, i) =>
    items.slice(i * most, (i + 1) * most),
  );
}

/** What is found of all items, where a statement names them one by one. */
export async function foundInBatches<T, R>(items: T[], find: (batch: T[]) => Promise<R[]>): Promise<R[]> {
  const found: R[] = [];
  for (const batch of batches(items)) found.push(...(await find(batch)));
  return found;
}
