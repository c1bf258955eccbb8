// What a page may not use, as the oldest browsers it is made for do not have it: esbuild looks at syntax alone, and the types
// of the document know the newest. By MDN's data, and by name: what a value is, a bundle does not tell.
import { createRequire } from 'node:module';
import { parse } from 'acorn';
import { full } from 'acorn-walk';

const data = createRequire(import.meta.url)('@mdn/browser-compat-data');
const { builtins } = data.javascript;

/** MDN's names for the same browser on phones, which is as old. */
const onPhones = { chrome: 'chrome_android', firefox: 'firefox_android', safari: 'safari_ios' };
const globals = ['globalThis', 'window', 'self'];
/** What these give is an iterator, whatever it is of. */
const iterating = ['values', 'entries', 'keys', 'matchAll'];

/**
 * Whether all of the browsers have something, by its entry in MDN's data.
 * @param {string[]} browsers esbuild's names, e.g. chrome117
 * @returns {(entry: object) => boolean}
 */
export function allHave(browsers) {
  const oldest = browsers.flatMap((browser) => {
    const [, name, version] = /^([a-z]+)(\d+)$/.exec(browser);
    return [name, onPhones[name] ?? name].map((place) => [place, Number(version)]);
  });
  return ({ support }) => oldest.every(([place, version]) => has(support[place], version));
}

function has(statements, version) {
  return [statements ?? []].flat().some((statement) => {
    const { version_added: from, version_removed: until, flags, prefix, alternative_name: other } = statement;
    if (flags || prefix || other || typeof from !== 'string') return false;
    return number(from) <= version && !(until && number(until) <= version);
  });
}

const number = (version) => Number.parseFloat(version.replace('≤', ''));

/** What scripts may know: `[owner, name, whether it is static, entry]`; the name is null for the owner itself. */
export function* scriptable() {
  for (const [owner, { __compat: own, ...members }] of Object.entries({ ...data.api, ...builtins })) {
    if (own) yield [owner, null, true, own];
    for (const [key, { __compat: entry }] of Object.entries(members)) {
      const name = key.replace(/_static$/, '');
      // Events, and parts of a feature, are no names in a script.
      if (entry && name !== owner && /^[a-zA-Z0-9]+$/.test(name)) yield [owner, name, name !== key, entry];
    }
  }
}

/**
 * The newcomers that a script uses: `Object.groupBy`, `Iterator.find`, and `.union()` for a method of whatever it is of. What
 * is asked for by `?.` or `typeof` is used only where it is there.
 * @param {string} text
 * @param {string[]} browsers as for allHave
 */
export function newcomersInScript(text, browsers) {
  const { statics, methods } = namesFor(browsers);
  const found = new Set();
  const guarded = new Set();
  const tree = parse(text, { ecmaVersion: 'latest', sourceType: 'module' });
  full(tree, (node) => {
    if (node.optional) guarded.add(node.object ?? node.callee);
    if (node.operator === 'typeof') guarded.add(node.argument);
  });
  const lookAtStatic = (owner, name) => {
    const whole = globals.includes(owner) ? name : `${owner}.${name}`;
    if (statics.get(whole) === false) found.add(whole);
  };
  full(tree, (node) => {
    if (guarded.has(node)) return;
    if (node.type === 'Identifier' && statics.get(node.name) === false) found.add(node.name);
    if (node.type === 'MemberExpression') lookAtStatic(node.object.name, nameOf(node));
    if (node.type === 'VariableDeclarator' && node.id.type === 'ObjectPattern')
      for (const { key } of node.id.properties) lookAtStatic(node.init?.name, key?.name);
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression' || node.optional) return;
    const { callee } = node;
    const name = nameOf(callee);
    if (isIterator(callee.object) && statics.get(`Iterator.${name}`) === false) {
      found.add(`Iterator.${name}`);
      return;
    }
    const isStatic = statics.has(`${callee.object.name}.${name}`) || globals.includes(callee.object.name);
    if (!isStatic && methods.get(name) === false) found.add(`.${name}()`);
  });
  return [...found].sort();
}

const nameOf = ({ computed, property }) => (computed ? property.value : property.name);

function isIterator({ type, callee }) {
  if (type !== 'CallExpression' || callee.type !== 'MemberExpression') return false;
  return iterating.includes(nameOf(callee)) && callee.object.name !== 'Object';
}

const known = new Map();

/** For each name whether all of the browsers have it. */
function namesFor(browsers) {
  const key = browsers.join();
  if (!known.has(key)) known.set(key, namesOf(allHave(browsers)));
  return known.get(key);
}

function namesOf(has) {
  const statics = new Map();
  const methods = new Map();
  for (const [owner, name, isStatic, entry] of scriptable()) {
    const there = has(entry);
    statics.set(name === null ? owner : `${owner}.${name}`, there);
    // Those of the window need no owner.
    if (owner === 'Window' && name !== null) statics.set(name, there || statics.get(name) === true);
    if (isStatic || /Iterator$/.test(owner)) continue;
    // Of one word, as `run` is, are everybody's own methods; but for those of what everybody has, as a Set.
    const isOfOld = Object.hasOwn(builtins, owner) && statics.get(owner) !== false;
    if (there || isOfOld || /[a-z][A-Z]/.test(name)) methods.set(name, there || methods.get(name) === true);
  }
  return { statics, methods };
}

/**
 * The newcomers of a style sheet: `:has`, `@scope`, `light-dark()`, `field-sizing`, `word-break: auto-phrase`.
 * @param {string} text
 * @param {string[]} browsers as for allHave
 */
export function newcomersInStyles(text, browsers) {
  const has = allHave(browsers);
  const found = new Set();
  const look = (entry, name) => {
    if (entry?.__compat && !has(entry.__compat)) found.add(name);
  };
  const bare = text.replace(/\/\*.*?\*\/|url\([^)]*\)|"[^"]*"|'[^']*'/gs, '');
  for (const [, prelude] of bare.matchAll(/([^{};]+)\{/g)) {
    for (const [whole, name] of prelude.matchAll(/@([a-z-]+)/g)) look(data.css['at-rules'][name], whole);
    if (!prelude.trim().startsWith('@'))
      for (const [whole, name] of prelude.matchAll(/::?([a-z-]+)/g)) look(data.css.selectors[name], whole);
  }
  for (const [, property, value] of bare.matchAll(/(?<=[{;\s])([a-z-]+)\s*:([^{};]+)(?=[;}])/g)) {
    const entry = data.css.properties[property];
    look(entry, property);
    if (!found.has(property))
      for (const [word] of value.matchAll(/(?<![\w-])[a-z-]+(?![\w(-])/g))
        look(entry?.[word], `${property}: ${word}`);
    for (const [, name] of value.matchAll(/([a-z-]+)\(/g)) look(functionNamed(name), `${name}()`);
  }
  return [...found].sort();
}

/** MDN keeps a function with the kind of value that it makes. */
function functionNamed(name, kinds = data.css.types) {
  if (Object.hasOwn(kinds, name)) return kinds[name];
  return Object.values(kinds).find((kind) => Object.hasOwn(kind, name))?.[name];
}
