/** Reads and validates what a request brings. */
import type { Context } from 'koa';
import { z } from 'zod';
import { readUpTo } from '../http/body.ts';
import type { Operation } from './operation.ts';
import { Problem, type ProblemBody } from './problems.ts';
import { pathParameters } from './schemas.ts';

/** The largest real one is a room with 50 applicants and a note, some 15 kB. */
const MOST_BYTES = 64 * 1024;

type Place = NonNullable<ProblemBody['errors']>[number]['in'];

/** Of an operation that takes none: what comes is wrong, rather than lost. */
const noBody = z.strictObject({});

/** @throws {Problem} too-large, unsupported-media-type, invalid-request */
export async function readBody(ctx: Context): Promise<string> {
  if (ctx.get('Content-Encoding'))
    throw new Problem('unsupported-media-type', 'Send the JSON as it is, not compressed.');
  const content = await readUpTo(ctx.req, MOST_BYTES).catch(() => {
    throw new Problem('invalid-request', 'The body ended early: send the request again.');
  });
  if (!content) throw new Problem('too-large', `A request may have at most ${MOST_BYTES / 1024} KiB.`);
  if (content.length > 0 && !ctx.is('json'))
    throw new Problem('unsupported-media-type', 'Send JSON, as application/json.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw new Problem('invalid-request', 'The body is not UTF-8.');
  }
}

/** @param schema none: there is to be no body. @throws {Problem} invalid-request */
export function bodyOf(schema: z.ZodType = noBody, text = ''): unknown {
  // A body of which every part may be missing may be missing itself.
  if (text === '') return checked(schema, {}, 'body');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Problem('invalid-request', `The body is not JSON: ${(error as Error).message}.`);
  }
  return checked(schema, json, 'body');
}

/** @throws {Problem} invalid-request */
export function queryOf(schema: z.ZodType | undefined, ctx: Context): unknown {
  if (schema) return checked(schema, { ...ctx.query }, 'query');
  const [unknown] = Object.keys(ctx.query);
  if (unknown === undefined) return {};
  throw new Problem('invalid-request', 'This takes no query parameters.', [
    { in: 'query', pointer: `/${unknown}`, detail: 'is not known' },
  ]);
}

/** @returns null: none is given. @throws {Problem} precondition-required, invalid-request */
export function ifMatchOf({ ifMatch }: Pick<Operation, 'ifMatch'>, ctx: Context): string | null {
  const given = ctx.get('If-Match') || null;
  if (!given && ifMatch === 'required')
    throw new Problem(
      'precondition-required',
      'Send If-Match with the ETag that the room had when you read it.',
    );
  if (!given || ifMatch) return given;
  // A condition that nobody looks at must not seem to hold.
  throw new Problem('invalid-request', 'This takes no If-Match: leave it out.', [
    { in: 'header', pointer: '/If-Match', detail: 'is not used here' },
  ]);
}

/** What cannot be an id is the id of nothing. @throws {Problem} not-found */
export function paramsOf(given: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(given)) {
    if (!pathParameters[name]?.safeParse(value).success)
      throw new Problem('not-found', `There is no such ${name}: ${value.slice(0, 64)}.`);
  }
  return given;
}

function checked(schema: z.ZodType, value: unknown, place: Place): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue) => errorsOf(issue, place));
  const [first] = errors;
  throw new Problem(
    'invalid-request',
    `The ${place} is wrong at ${first?.pointer || '/'}: ${first?.detail}.`,
    errors,
  );
}

/** An unknown field is told at its own place. */
function errorsOf(issue: z.core.$ZodIssue, place: Place): NonNullable<ProblemBody['errors']> {
  const paths =
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  const detail = issue.code === 'unrecognized_keys' ? 'is not known' : issue.message;
  return paths.map((path) => ({ in: place, pointer: pointerOf(path), detail }));
}

/** RFC 6901. */
const pointerOf = (path: PropertyKey[]) =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
