// Which licences what we use may have (SPDX identifiers).
import { lockedPackages, nameOf } from './lock.js';

/** They ask for their notice to be kept, as LICENSES.txt beside each bundle does, and for nothing else. */
const permissive = ['MIT', 'MIT-0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0'];

/** In tools and tests alone, each with why it may be there. */
const inTools = {
  'BlueOak-1.0.0': 'permissive, as MIT',
  'CC0-1.0': 'no conditions; browser-compat-data is asked by the build, and nothing of it is shipped',
  'Python-2.0': 'permissive; argparse reads the options of a tool',
  'MPL-2.0': 'copyleft by file; axe-core is used unchanged, by the browser tests',
};

/** Every package of the lock: what it is called, its licence, and whether that may be. `shipped`: by name@version. */
export function judged(shipped) {
  return Object.entries(lockedPackages())
    .map(([path, entry]) => {
      const { version, license = 'none' } = entry;
      const name = nameOf(path, entry);
      const isShipped = shipped.has(`${name}@${version}`);
      return { name, version, license, isShipped, problem: problemOf(license, isShipped) };
    })
    .sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}

/** What is wrong with a licence (an SPDX expression); null: nothing. */
export function problemOf(license, isShipped) {
  const parts = license.replace(/[()]/g, '').split(' OR ');
  // AND within brackets is too rare to be read: it is looked at by a person.
  const problems = parts.map((id) => problemOfOne(id.trim(), isShipped));
  return problems.includes(null) ? null : problems[0];
}

function problemOfOne(id, isShipped) {
  if (permissive.includes(id)) return null;
  if (!Object.hasOwn(inTools, id)) return `${id} is not among the licences of bin/supply-chain/licences.js`;
  return isShipped ? `${id} may be used in tools and tests alone, and is shipped` : null;
}
