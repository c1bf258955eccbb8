/** Inputs made up from a zod schema: ones that fit, and ones that are wrong somewhere in every way that is known. */
import fc from 'fast-check';
import { z } from 'zod';

/** As far as `z.toJSONSchema` writes it. */
type JsonSchema = {
  type?: string;
  anyOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
};

/** Values that fit the schema, but for what a schema of JSON cannot say. */
export function fitting(schema: z.ZodType): fc.Arbitrary<unknown> {
  return ofJsonSchema(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema);
}

function ofJsonSchema(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(ofJsonSchema));
  switch (schema.type) {
    case 'object':
      return ofObject(schema);
    case 'array':
      return fc.array(ofJsonSchema(schema.items ?? {}), { maxLength: Math.min(schema.maxItems ?? 5, 60) });
    case 'string':
      return ofString(schema);
    case 'integer':
      return fc.integer({
        min: Math.max(schema.minimum ?? 0, -(2 ** 31)),
        max: Math.min(schema.maximum ?? 1000, 2 ** 31 - 1),
      });
    case 'number':
      return fc.double({ min: schema.minimum ?? 0, max: schema.maximum ?? 1e6, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.oneof(nasty, fc.object());
  }
}

function ofObject({ properties = {}, required = [] }: JsonSchema): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(([key, field]) => [key, ofJsonSchema(field)] as const);
  return fc.record(Object.fromEntries(fields), { requiredKeys: required });
}

const instants = fc
  .date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());

function ofString({ format, pattern, minLength = 0, maxLength = 80 }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time') return fc.oneof(instants, fc.constantFrom(...oddInstants));
  if (pattern === '^[\\w-]{22}$') return fc.stringMatching(/^[\w-]{22}$/);
  const most = Math.min(maxLength, 300);
  return fc.oneof(
    { weight: 4, arbitrary: fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(most, 60) }) },
    { weight: 1, arbitrary: fc.constantFrom(...zones) },
    { weight: 1, arbitrary: fc.constantFrom(...strings) },
  );
}

// ---- what is wrong ---------------------------------------------------------------------------------------

const zones = ['Asia/Tokyo', 'UTC', 'Etc/GMT+12', 'America/St_Johns'];
const oddInstants = [
  '0000-01-01T00:00:00Z',
  '1000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '2030-02-29T00:00:00Z',
  '9999-12-31T23:59:59-23:59',
  '2030-01-01T00:00:00+23:59',
  '2016-12-31T23:59:60Z',
  '2030-01-01T24:00:00Z',
  '2030-01-01T00:00:00.123456789Z',
  '+275760-09-13T00:00:00Z',
  '2030-01-01',
  '1',
];

/** Texts that have broken programs: half characters, directions, names of every object, paths, statements, numbers. */
export const strings = [
  '',
  ' ',
  '\u3000',
  '\0',
  'a\0b',
  '\ud800',
  'a\udfff',
  '\ud83d',
  '\u202e\u2066evil',
  '\ufeff',
  '\ufffe\uffff',
  'e\u0301'.repeat(60),
  `Z${'\u0300'.repeat(250)}`,
  '👩‍👩‍👧‍👦'.repeat(20),
  '\r\nSet-Cookie: a=b',
  '\x1b[31m',
  '\u2028',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  'toJSON',
  'length',
  '../../../etc/passwd',
  '..\\..\\x',
  '/dev/zero',
  'C:\\CON',
  'file:///etc/passwd',
  '%00',
  '%',
  '%E0%A4%A',
  '%ff',
  "' OR 1=1 --",
  '"; DROP TABLE rooms; --',
  '%%%___',
  '!%!_',

  '{{7*7}}',
  '<script>alert(1)</script>',
  '=cmd|x!A0',
  '+1',
  '@SUM(1)',
  'NaN',
  'Infinity',
  '-0',
  '1e999',
  '0x10',
  '9007199254740993',
  'null',
  'true',
  '[]',
  ' .'.repeat(4000),
  `${'.'.repeat(8000)}x`,
  'a'.repeat(20_000),
  '\u00e4'.repeat(9000),
  'ſ',
  'İ',
  'ß'.repeat(64),
];

const numbers = [
  0,
  -0,
  -1,
  1,
  0.1,
  1.5,
  127,
  128,
  255,
  256,
  65_535,
  65_536,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  2 ** 32,
  2 ** 32 - 1,
  2 ** 53,
  -(2 ** 53),
  1e21,
  1e308,
  -1e308,
  5e-324,
];

/** Nested so deep that whoever follows it by recursion runs out of stack. */
export const deep = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
const deepObject = (depth: number): unknown => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);

const proto = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');

/** A value that does not belong anywhere. */
export const nasty: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...strings),
  fc.constantFrom(...numbers),
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], proto),
  fc.nat(3).map((size) => Array(10 ** size).fill(0)),
  fc.nat(3).map((size) => Object.fromEntries(Array.from({ length: 10 ** size }, (_, i) => [`k${i}`, i]))),
  fc.constantFrom(5, 100, 1500).map(deep),
  fc.constantFrom(5, 100, 1000).map(deepObject),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

/** One change at one place: another value, one too many, one too few, or two of it. */
export type Wound = {
  at: number[];
  how: 'replace' | 'remove' | 'add' | 'double';
  with: unknown;
  key: string;
};

const wound: fc.Arbitrary<Wound> = fc.record({
  at: fc.array(fc.nat(20), { maxLength: 5 }),
  how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add', 'double'),
  with: nasty,
  key: fc.constantFrom('__proto__', 'constructor', 'extra', '', 'id', 'length'),
});

/** What fits, with up to three things wrong with it. */
export const wounded = (fits: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.tuple(fits, fc.array(wound, { maxLength: 3 })).map(([value, wounds]) => wounds.reduce(wounding, value));

function wounding(value: unknown, { at, ...how }: Wound): unknown {
  return change(value, at, how);
}

function change(value: unknown, [first, ...rest]: number[], how: Omit<Wound, 'at'>): unknown {
  const isNested = typeof value === 'object' && value !== null;
  if (first === undefined || !isNested) return how.how === 'replace' ? how.with : added(value, how);
  const keys = Object.keys(value);
  const key = keys[first % Math.max(1, keys.length)];
  if (key === undefined) return how.with;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
  if (rest.length === 0 && how.how === 'remove') delete copy[key];
  else if (rest.length === 0 && how.how === 'double' && Array.isArray(copy)) copy.push(copy[Number(key)]);
  else copy[key] = change(copy[key], rest, how);
  return copy;
}

function added(value: unknown, { with: extra, key, how }: Omit<Wound, 'at'>): unknown {
  if (how !== 'add' || typeof value !== 'object' || value === null) return extra;
  const copy = Array.isArray(value) ? [...value, extra] : { ...value };
  // As JSON.parse does it: a key of one's own, not the prototype.
  if (!Array.isArray(copy))
    Object.defineProperty(copy, key, { value: extra, enumerable: true, configurable: true, writable: true });
  return copy;
}
