/** Rows of one statement: fewer than either database takes as parameters (SQLite: 32,766 in all). */
const BATCH = 500;

/** The items in their order, in parts for one statement each. */
export function batches<T>(items: T[], most = BATCH): T[][] {
  return Array.from({ length: Math.ceil(items.length / most) }, (_, i) =>
    items.slice(i * most, (i + 1) * most),
  );
}
