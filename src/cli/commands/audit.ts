import type { AuditProblem, AuditVerdict } from '../../server/store/index.ts';
import { type CommonOptions, configOf, withStore } from '../context.ts';
import { printJson, printLine } from '../output/print.ts';

/** `webinterview audit verify`: reads the whole audit; exit code 1 when something does not hold together. */
export async function auditVerify(options: CommonOptions): Promise<void> {
  const verdict = await withStore(configOf(options), { create: false }, (store) => store.audit.verify());
  if (verdict.problems.length > 0) process.exitCode = 1;
  if (options.json) printJson(verdict);
  else printVerdict(verdict);
}

function printVerdict({ entries, hash, problems }: AuditVerdict): void {
  if (problems.length === 0) {
    printLine(`The audit is intact: ${entries} ${entries === 1 ? 'entry' : 'entries'}.`);
    printLine(
      `Its last hash is ${hash || 'none'}; noted down elsewhere, it proves that nothing before it was changed.`,
    );
    return;
  }
  printLine('The audit was changed from outside:');
  for (const problem of problems) printLine(`  ${textOf(problem)}`);
  printLine('Compare it with a backup, and find out who may write to the database.');
}

function textOf({ seq, problem }: AuditProblem): string {
  if (problem === 'end')
    return `the end of the audit is not what was written: entries after ${seq} are missing`;
  if (problem === 'beyond') return `entry ${seq} stands after the end: it was put in`;
  return `entry ${seq} ${problem === 'missing' ? 'is missing' : 'was changed'}`;
}
