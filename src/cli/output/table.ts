import stringWidth from 'string-width';

/** A column: its heading, and whether its cells are numbers, which stand at the right. */
export type Column = {
  heading: string;
  right?: boolean /** May be cut to fit the width. */;
  flexible?: boolean;
};

const GAP = 2;

/**
 * Lines of an aligned table. Wide characters (漢字) count as two.
 * @param width columns of the terminal, to which flexible columns are cut; null: nothing is cut
 */
export function tableLines(columns: Column[], rows: string[][], width: number | null): string[] {
  const all = [columns.map(({ heading }) => heading), ...rows];
  const widths = columns.map((_, i) => Math.max(...all.map((cells) => stringWidth(cells[i] ?? ''))));
  if (width !== null) shrink(columns, widths, width);
  return all.map((cells) =>
    cells
      .map((cell, i) => padded(cut(cell, widths[i] ?? 0), widths[i] ?? 0, columns[i]?.right ?? false))
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
}

/** Takes what is too much from the flexible columns, the widest first. */
function shrink(columns: Column[], widths: number[], width: number): void {
  const flexible = columns.flatMap(({ flexible: may }, i) => (may ? [i] : []));
  const total = () => widths.reduce((sum, each) => sum + each, GAP * (widths.length - 1));
  while (total() > width) {
    const widest = flexible.reduce(
      (a, b) => ((widths[b] ?? 0) > (widths[a] ?? 0) ? b : a),
      flexible[0] ?? -1,
    );
    const now = widths[widest] ?? 0;
    if (now <= (columns[widest]?.heading.length ?? 0)) return;
    widths[widest] = now - 1;
  }
}

/** The text in at most this many columns, with … where something was cut. */
export function cut(text: string, width: number): string {
  return stringWidth(text) <= width ? text : `${beginning(text, width - 1)}…`;
}

/** The text in lines of at most this many columns, broken at its spaces where it has some; no more lines than `most`. */
export function wrapped(text: string, width: number, most: number): string[] {
  const lines: string[] = [];
  let rest = text.replace(/\s+/g, ' ').trim();
  while (stringWidth(rest) > width && lines.length + 1 < most) {
    const whole = beginning(`${rest} `, width + 1);
    const line = whole.includes(' ') ? whole.slice(0, whole.lastIndexOf(' ')) : beginning(rest, width);
    lines.push(line);
    rest = rest.slice(line.length).trimStart();
  }
  return [...lines, cut(rest, width)];
}

/** As many whole characters as fit into so many columns. */
function beginning(text: string, width: number): string {
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(kept + segment) > width) break;
    kept += segment;
  }
  return kept;
}

/** The text with spaces to this width. */
export function padded(text: string, width: number, right = false): string {
  const spaces = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return right ? spaces + text : text + spaces;
}
