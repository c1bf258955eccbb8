/** How findings are told in plain lines: on a pipe, in a terminal without colours, and in reports. */
import type { Finding } from './types.ts';

export const statusNames: Record<Finding['status'], string> = {
  ok: 'OK',
  warning: 'warning',
  ng: 'NG',
  skipped: '-',
};

/** Columns of what stands before the text: the label, then how it is. */
export const LABEL = 14;
export const STATUS = 9;

/**
 * What was found, and in lines of its own the remedy.
 * @param width columns of the terminal, in which the text is broken; null: it is not
 */
export function findingLines(
  { label, status, text, remedy }: Finding,
  width: number | null = null,
): string[] {
  const room = width === null ? Number.POSITIVE_INFINITY : Math.max(20, width - LABEL - STATUS);
  const [first = '', ...more] = [text, remedy ?? ''].filter(Boolean).flatMap((each) => broken(each, room));
  return [
    `${label.padEnd(LABEL)}${statusNames[status].padEnd(STATUS)}${first}`,
    ...more.map((line) => `${' '.repeat(LABEL + STATUS)}${line}`),
  ];
}

/** At its spaces; a word that is longer stays whole, to be copied. */
function broken(text: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= room)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** How many findings are OK, warnings and NG. */
export function verdictLine(findings: Finding[]): string {
  const count = (status: Finding['status']) => findings.filter((finding) => finding.status === status).length;
  return `${count('ok')} OK, ${count('warning')} ${count('warning') === 1 ? 'warning' : 'warnings'}, ${count('ng')} NG`;
}
