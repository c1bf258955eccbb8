/** Requests to every route of the server, made up: the page's, the API's, the commands' and what there is not. */
import fc from 'fast-check';
import type { z } from 'zod';
import type { Operation } from '../../src/server/api/operation.ts';
import { operations } from '../../src/server/api/operations.ts';
import { fitting, nasty, strings, wounded } from './arbitraries.ts';

/** One request as it goes over the wire; `cut` leaves that many bytes of the end away. */
export type RawRequest = {
  method: string;
  path: string;
  headers: [string, string][];
  body: string;
  framing: 'length' | 'chunked' | 'none' | 'too long' | 'too short' | 'both';
  cut: number;
};

/** What stands for what only the server knows. */
export const stands = {
  room: 'ROOMROOMROOMROOMROOM22',
  link: 'LINKLINKLINKLINKLINK22',
  key: 'KEYKEY',
  token: 'TOKENTOKEN',
  admin: 'ADMINADMIN',
  metrics: 'METRICSMETRICS',
  seat: 'SEATSEAT',
  file: 'FILEFILE',
};

const text = fc.oneof(fc.constantFrom(...strings), fc.string({ unit: 'binary', maxLength: 40 }));
const token = fc.constantFrom(stands.token, stands.token, stands.token, stands.key, 'x'.repeat(44), '');
const bearer = fc.oneof(
  { weight: 4, arbitrary: token.map((each) => `Bearer ${each}`) },
  { weight: 1, arbitrary: text.map((each) => `Bearer ${each}`) },
  { weight: 1, arbitrary: text },
);
const contentType = fc.oneof(
  { weight: 6, arbitrary: fc.constant('application/json') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'application/json; charset=utf-16',
      'text/plain',
      'multipart/form-data',
      ';',
      '',
    ),
  },
  { weight: 1, arbitrary: text },
);
const framing = fc.constantFrom<RawRequest['framing']>(
  ...(['length', 'length', 'length', 'length', 'chunked', 'none', 'too long', 'too short', 'both'] as const),
);
const cut = fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(300) });

const odd = fc.tuple(
  fc.constantFrom(
    'Host',
    'Origin',
    'Cookie',
    'Range',
    'Accept-Encoding',
    'Expect',
    'If-None-Match',
    'Content-Encoding',
    'X-Forwarded-Proto',
    'Upgrade',
    'Connection',
    'TE',
    'Trailer',
    'Accept',
    'X-HTTP-Method-Override',
    '__proto__',
  ),
  fc.oneof(
    text,
    fc.constantFrom('bytes=0-', 'bytes=9-1', 'gzip', '100-continue', 'websocket', '*', '"', '[::1', 'a b'),
  ),
);

/** As a form's, or not even that. */
const queryOf = (schema: z.ZodType | undefined): fc.Arbitrary<string> => {
  const fits = schema ? wounded(fitting(schema)) : fc.constant({});
  const made = fits.map((value) => {
    const pairs =
      typeof value === 'object' && value !== null ? Object.entries(value).slice(0, 50) : [['q', value]];
    return pairs.map(([name, each]) => `${escaped(String(name))}=${escaped(shown(each))}`).join('&');
  });
  return fc.oneof(
    { weight: 5, arbitrary: made },
    { weight: 1, arbitrary: text },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'limit=5&limit=6',
        'a[b]=1',
        'cursor=bnVsbA',
        '&&&==',
        '%',
        'name=%ff%fe',
        `${'a=1&'.repeat(2000)}`,
      ),
    },
  );
};

const shown = (value: unknown) =>
  (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, 2000);
const escaped = (value: string) => encodeURIComponent(value.toWellFormed());

const bodyOf = (schema: z.ZodType | undefined): fc.Arbitrary<string> => {
  const json = (schema ? wounded(fitting(schema)) : nasty).map((value) => JSON.stringify(value) ?? '');
  return fc.oneof(
    { weight: 8, arbitrary: json },
    { weight: 1, arbitrary: text },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '',
        'null',
        '{',
        '[]',
        '\ufeff{}',
        '{"name":1,"name":2}',
        '"\\ud800"',
        '1'.repeat(70_000),
      ),
    },
  );
};

/** An operation of the API, asked for more or less rightly. */
function ofOperation({ method, path, query, body, ifMatch }: Operation): fc.Arbitrary<RawRequest> {
  const filled = path.replace('{roomId}', stands.room).replace('{linkId}', stands.link);
  const kind = fc.oneof(fc.constantFrom('participants', 'chat', 'files', 'room', 'audit'), text.map(escaped));
  const headers = fc.record({
    type: contentType,
    idempotency: fc.option(fc.oneof(fc.constantFrom('a', 'b'), fc.string(), text), { freq: 2 }),
    match: fc.constantFrom(...(ifMatch ? ['*', '*', '"1"', 'W/"1"', '"', '*,*', '1'.repeat(4000)] : [''])),
    authorization: fc.oneof(
      { weight: 9, arbitrary: fc.constant(`Bearer ${stands.key}`) },
      { weight: 1, arbitrary: bearer },
    ),
    other: fc.array(odd, { maxLength: 1 }),
  });
  return fc
    .record({ kind, headers, query: queryOf(query), body: bodyOf(body), framing, cut })
    .map((made) => ({
      method: method.toUpperCase(),
      path: `/api/v1${filled.replace('{kind}', made.kind)}${made.query && `?${made.query}`}`,
      headers: [
        ['Authorization', made.headers.authorization],
        ['Content-Type', made.headers.type],
        ...(made.headers.idempotency === null ? [] : [['Idempotency-Key', made.headers.idempotency]]),
        ...(made.headers.match ? [['If-Match', made.headers.match]] : []),
        ...made.headers.other,
      ] as [string, string][],
      body: method === 'get' ? '' : made.body,
      framing: made.framing,
      cut: made.cut,
    }));
}

const paths = [
  '/',
  '/room',
  '/healthz',
  '/readyz',
  '/metrics',
  '/assets/',
  '/assets/x.js',
  '/index.html',
  '/ws',
  '/favicon.ico',
  '/api/room/files',
  `/api/room/files/${stands.file}`,
  '/api/room/participants.csv',
  '/api/room/chat.csv',
  '/api/speed/down',
  '/api/speed/up',
  '/api/internal/status',
  `/api/internal/rooms/${stands.room}`,
  `/api/internal/rooms/${stands.room}/refresh`,
  `/api/internal/rooms/${stands.room}/end`,
  '/api/v1',
  '/api/v1/openapi.json',
  '/api/v1/rooms',
  `/api/v1/rooms/${stands.room}`,
  '/api/v1/nothing',
];
const oddPaths = [
  '*',
  '//',
  '///x',
  'http://[',
  'http://x:y/',
  'https://evil.example/room',
  '/%',
  '/%00',
  '/%E0%A4%A',
  '/..%2f..%2fx',
  '/../../etc/passwd',
  '/\\..\\x',
  '/assets/..%5c..%5cx',
  '/assets/%2e%2e/%2e%2e/package.json',
  '/room?%',
  '/room#x',
  '/api/room/files/%ff',
  '/api/internal/rooms/%2f/end',
  '/api/v1/rooms/%',
  '/api/v1/rooms/..',
  `/${'a'.repeat(9000)}`,
  `/${'a/'.repeat(3000)}`,
  `/?${'%'.repeat(4000)}`,
  '/;',
  '/api/v1//rooms',
  '/API/V1/rooms',
  '/api/v1/rooms/',
  '?',
  '',
];

/** Anything else that there is, or that there is not. */
const ofPage: fc.Arbitrary<RawRequest> = fc
  .record({
    method: fc.constantFrom(
      'GET',
      'GET',
      'POST',
      'POST',
      'HEAD',
      'OPTIONS',
      'PUT',
      'DELETE',
      'PATCH',
      'TRACE',
      'CONNECT',
      'QUERY',
    ),
    path: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...paths) },
      { weight: 3, arbitrary: fc.constantFrom(...oddPaths) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom(...paths), text)
          .map(([path, more]) => `${path}/${escaped(more)}`),
      },
    ),
    authorization: fc.oneof(bearer, fc.constantFrom(`Bearer ${stands.admin}`, `Bearer ${stands.metrics}`)),
    seat: fc.oneof(fc.constant(stands.seat), text),
    clientId: fc.oneof(fc.uuid(), text),
    fileName: fc.oneof(text.map(escaped), text, fc.string({ unit: 'grapheme' }).map(escaped)),
    type: contentType,
    other: fc.array(odd, { maxLength: 2 }),
    body: fc.oneof(text, fc.constant('x'.repeat(70_000)), fc.constant('')),
    framing,
    cut,
  })
  .map(({ method, path, authorization, seat, clientId, fileName, type, other, ...rest }) => ({
    method,
    path,
    headers: [
      ['Authorization', authorization],
      ['X-Resume-Key', seat],
      ['X-Client-Id', clientId],
      ['X-File-Name', fileName],
      ['Content-Type', type],
      ...other,
    ] as [string, string][],
    ...rest,
  }));

const aRequest: fc.Arbitrary<RawRequest> = fc.oneof(
  { weight: 3, arbitrary: ofPage },
  ...operations.map((each) => ({ weight: 1, arbitrary: ofOperation(each) })),
);

export const httpRequests = fc.array(aRequest, { minLength: 1, maxLength: 12, size: 'max' });
