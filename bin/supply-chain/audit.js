/** Of npm; everything is looked at, as what is bundled stands among the development dependencies. */
export const auditArguments = ['audit', '--json', '--package-lock-only'];

/**
 * What is wrong by what `npm audit --json` said; null: nothing. That nobody could be asked is wrong as well: a release
 * that was not audited is none.
 */
export function auditOutcome({ status, stdout, stderr }) {
  const said = parsed(stdout);
  const counts = said?.metadata?.vulnerabilities;
  if (!counts) {
    const code = said?.statusCode ? ` (it answered ${said.statusCode})` : '';
    const why = said
      ? `the registry has no audit endpoint${code}`
      : (stderr ?? '').trim().split('\n')[0] || `npm ended with ${status}`;
    return `not audited: ${why}. Name one that has, e.g. npm’s own, in npm_config_registry, and run this again.`;
  }
  if (counts.total === 0) return null;
  const found = Object.values(said.vulnerabilities).map(({ name, severity }) => `${name} (${severity})`);
  return `${found.join(', ')}: see npm audit`;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
