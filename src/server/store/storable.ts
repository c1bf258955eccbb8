/**
 * A text as every database keeps it whole: SQLite's own functions, and much that reads its files, take U+0000 for its end. What
 * people write has none, as names and messages are checked where they come in; this is for what nobody thought of.
 */
export const storable = (text: string): string => text.replaceAll('\0', '\uFFFD');
