/** What somebody may have meant. */

/** The known word that is the likest to `text`, within two slips of the keyboard or as a part of it; null: none is like it. */
export function similar(text: string, known: readonly string[]): string | null {
  const most = Math.min(2, Math.floor(text.length / 2));
  const [nearest] = known
    .map((word) => ({ word, slips: slips(text, word) }))
    .filter((each) => each.slips <= most)
    .sort((a, b) => a.slips - b.slips);
  if (nearest) return nearest.word;
  return known.find((word) => text.length > 2 && (word.includes(text) || text.includes(word))) ?? null;
}

/** How many letters have to be put in, taken out or exchanged to make one of the other (Levenshtein's distance). */
function slips(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const exchanged = (row[j] ?? 0) + (letter === b[j] ? 0 : 1);
      next.push(Math.min(exchanged, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
