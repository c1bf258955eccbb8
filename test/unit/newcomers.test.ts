/** What the build looks for: what the oldest browsers of the manual do not have, in scripts and styles, whoever wrote them. */
import { join } from 'node:path';
import test from 'ava';

const bin = join(import.meta.dirname, '../../bin/build');
type Look = (text: string, browsers: string[]) => string[];
const { newcomersInScript, newcomersInStyles } = (await import(`${bin}/newcomers.js`)) as {
  newcomersInScript: Look;
  newcomersInStyles: Look;
};
const { browsers } = (await import(`${bin}/web.js`)) as { browsers: string[] };

const scripts: [string, string[]][] = [
  ['map.values().find(f)', ['Iterator.find']],
  ['map.entries().toArray()', ['Iterator.toArray']],
  ['text.matchAll(/a/g).map(f)', ['Iterator.map']],
  ['Object.groupBy(a, f); Map.groupBy(a, f)', ['Map.groupBy', 'Object.groupBy']],
  ['const { withResolvers } = Promise', ['Promise.withResolvers']],
  [
    'Promise.try(f); Array.fromAsync(a); Math.sumPrecise(a)',
    ['Array.fromAsync', 'Math.sumPrecise', 'Promise.try'],
  ],
  ['a.union(b); a.isSubsetOf(b); text.toWellFormed()', ['.isSubsetOf()', '.toWellFormed()', '.union()']],
  ['AbortSignal.any([a]); URL.canParse(a); URL.parse(a)', ['AbortSignal.any', 'URL.canParse', 'URL.parse']],
  ['new Intl.Segmenter(); RegExp.escape(a)', ['Intl.Segmenter', 'RegExp.escape']],
  ['bytes.toBase64(); Uint8Array.fromBase64(a)', ['.toBase64()', 'Uint8Array.fromBase64']],
  [
    'new globalThis.IntersectionWatcher(); window.documentPictureInPicture.requestWindow()',
    ['.requestWindow()', 'documentPictureInPicture'],
  ],
  [
    'element.showPopover(); video.requestVideoFrameCallback(f)',
    ['.requestVideoFrameCallback()', '.showPopover()'],
  ],
  // What all have, what is asked for first, and what is one's own.
  ['[...map.values()].find(f); Object.values(a).map(f); list.toSorted(); list.findLast(f)', []],
  ['structuredClone(a); element.setSinkId?.(a); typeof Iterator; navigator.wakeLock?.request()', []],
  ['model.run(); model.find(f)', []],
];

for (const [script, expected] of scripts) {
  test(`newcomers in \`${script}\`: ${expected.join(', ') || 'none'}`, (t) => {
    t.deepEqual(newcomersInScript(script, browsers), expected);
  });
}

const styles: [string, string[]][] = [
  ['.a:has(:checked){color:red}', [':has']],
  ['@media (width>1px){.a:has(b){color:red}}', [':has']],
  ['@scope (.a){b{color:red}}', ['@scope']],
  ['@starting-style{.a{opacity:0}}', ['@starting-style']],
  ['.a{field-sizing:content;color:light-dark(red,blue)}', ['field-sizing', 'light-dark()']],
  ['.a{color:red;word-break:auto-phrase}', ['word-break: auto-phrase']],
  ['.a:is(b,c):focus-visible::before{inset:0;height:100dvh;aspect-ratio:1;background:url("x:has(y)")}', []],
];

for (const [style, expected] of styles) {
  test(`newcomers in \`${style}\`: ${expected.join(', ') || 'none'}`, (t) => {
    t.deepEqual(newcomersInStyles(style, browsers), expected);
  });
}
