// `npm run licences [-- --json]`: the licence of every package, and whether it may have it. Exit code 1 where one may not.
import { placeOf, readSbom } from './build/sbom.js';
import { judged } from './supply-chain/licences.js';

const sbom = await readSbom();
if (!sbom) {
  console.error(
    'licences: the bundle is not built, so nobody knows what is shipped: run npm run build first.',
  );
  process.exit(1);
}
const shipped = new Set(sbom.components.map(({ name, version }) => `${name}@${version}`));
const packages = judged(shipped);
const problems = packages.filter(({ problem }) => problem);
if (process.argv.includes('--json')) console.log(JSON.stringify(packages, null, 2));
else print();
process.exitCode = problems.length > 0 ? 1 : 0;

function print() {
  const inBundles = sbom.components.filter((each) => placeOf(each) !== 'installed').length;
  const width = Math.max(...packages.map(({ name, version }) => `${name} ${version}`.length));
  for (const { name, version, license, isShipped } of packages)
    console.log(`${`${name} ${version}`.padEnd(width)}  ${isShipped ? 'shipped' : 'tool   '}  ${license}`);
  console.log(
    `\n${packages.length} packages, ${inBundles} of them in the bundles (their texts: dist/*/LICENSES.txt).`,
  );
  for (const { name, version, problem } of problems)
    console.error(`licences: ${name} ${version}: ${problem}.`);
}
