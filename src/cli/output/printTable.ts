import { printLine, screenWidth } from './print.ts';
import { type Column, tableLines } from './table.ts';

/** A table on standard output, as wide as the terminal at most. */
export function printTable(columns: Column[], rows: string[][]): void {
  for (const line of tableLines(columns, rows, screenWidth())) printLine(line);
}
