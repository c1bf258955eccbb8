import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageJson, packageRoot } from '../package-root.js';
import { lockedPackages, nameOf } from '../supply-chain/lock.js';

const FILE = 'sbom.cdx.json';
/** Where a component is: `cli` or `web`, the bundles, or `installed` with the package by npm. */
const PLACE = 'webinterview:in';

/**
 * Writes the bill of materials of what is shipped beside the bundles: CycloneDX 1.5, as `npm sbom` writes it, but of what
 * a bundle really holds. The same sources make the same file: it has no time and no serial number.
 * @param dist the folder of the bundles
 * @param contents the paths in package-lock.json of what is in each bundle that was made; of another it stays as it was
 */
export async function writeSbom(dist, contents) {
  const locked = lockedPackages();
  const made = Object.entries(contents).flatMap(([place, paths]) =>
    paths.map((path) => component(path, locked[path], place)),
  );
  const installed = Object.entries(locked)
    .filter(([, { dev, extraneous }]) => !dev && !extraneous)
    .map(([path, entry]) => component(path, entry, 'installed'));
  const before = (await readSbom(dist))?.components ?? [];
  const kept = before.filter((each) => ![...Object.keys(contents), 'installed'].includes(placeOf(each)));
  const components = [...kept, ...made, ...installed].sort(
    (a, b) => compare(placeOf(a), placeOf(b)) || compare(a.purl, b.purl),
  );
  // Whole or not at all: the next build reads it.
  const draft = join(dist, `${FILE}.draft`);
  await writeFile(draft, `${JSON.stringify(documentOf(components), null, 2)}\n`);
  await rename(draft, join(dist, FILE));
}

/** null: it was not written yet. */
export async function readSbom(dist = join(packageRoot, 'dist')) {
  const text = await readFile(join(dist, FILE), 'utf8').catch(() => null);
  return text && JSON.parse(text);
}

export const placeOf = ({ properties }) => properties.find(({ name }) => name === PLACE).value;

function documentOf(components) {
  const { name, version, description, license } = packageJson;
  const ref = `${name}@${version}`;
  const own = { 'bom-ref': ref, type: 'application', name, version, description };
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { ...own, purl: `pkg:npm/${name}@${version}`, ...licensesOf(license) } },
    components,
    dependencies: [{ ref, dependsOn: components.map((each) => each['bom-ref']) }],
  };
}

function component(path, entry, place) {
  if (!entry) throw new Error(`${path} is in the bundle and not in package-lock.json: run npm ci.`);
  const { version, license, integrity, optional } = entry;
  const name = nameOf(path, entry);
  return {
    'bom-ref': `${place}/${name}@${version}`,
    type: 'library',
    name,
    version,
    scope: optional ? 'optional' : 'required',
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    properties: [{ name: PLACE, value: place }],
    hashes: [
      { alg: 'SHA-512', content: Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex') },
    ],
    ...licensesOf(license),
  };
}

const licensesOf = (license) => ({
  licenses: [/^[\w.+-]+$/.test(license) ? { license: { id: license } } : { expression: license }],
});

const compare = (a, b) => (a < b ? -1 : Number(a > b));
