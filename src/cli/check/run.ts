import { type Check, type Finding, runCheck } from './types.ts';

/** Runs the checks one after the other, since some use the same ports; each is told when it is done. */
export async function runChecks(
  checks: Check[],
  onFinding: (finding: Finding) => void = () => undefined,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) {
    const finding = await runCheck(check);
    findings.push(finding);
    onFinding(finding);
  }
  return findings;
}

/** The worst of them. */
export function verdictOf(findings: Finding[]): 'ok' | 'warning' | 'ng' {
  if (findings.some(({ status }) => status === 'ng')) return 'ng';
  return findings.some(({ status }) => status === 'warning') ? 'warning' : 'ok';
}
