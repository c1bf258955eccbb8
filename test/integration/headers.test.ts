/** Which security headers the answers of the real server carry, kind by kind. */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { join as joinPath } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { enterCall } from '../helpers/client.ts';
import { startServer, type TestServer } from '../helpers/server.ts';

const METRICS_TOKEN = 'for-prometheus-alone';
const nothing = "default-src 'none'; frame-ancestors 'none'";
const hsts = 'max-age=31536000';

const assets = readdirSync(joinPath(import.meta.dirname, '../../dist/web/assets'));
const asset = (pattern: RegExp) => `/assets/${assets.find((name) => pattern.test(name))}`;
const worker = asset(/^background-\w+\.js$/);
const frame = asset(/^noise-frame-\w+\.html$/);

type Asked = { method?: string; headers?: Record<string, string>; body?: Buffer };
type Answer = { status: number | undefined; headers: IncomingHttpHeaders };
/** [what it is, status, path, how it is asked for] */
type Kind = [string, number, string, Asked?];

/** As it stands, without what fetch would make of a path or hold back of a header. */
async function ask(
  { port }: TestServer,
  path: string,
  { method, headers, body }: Asked = {},
): Promise<Answer> {
  const asking = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
  asking.end(body);
  const [answer] = (await Promise.race([once(asking, 'response'), once(asking, 'upgrade')])) as [
    Answer & NodeJS.ReadableStream & { statusCode: number },
  ];
  await text(answer as never);
  return { status: answer.statusCode, headers: answer.headers };
}

const upgrade = (more: Record<string, string>): Asked => ({
  headers: {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    ...more,
  },
});

/** A server with a file in the chat of a call, and every kind of answer that it gives. */
async function everyKind(t: ExecutionContext, settings: Record<string, unknown> = {}) {
  const server = await startServer(t, { 'metrics.token': METRICS_TOKEN, ...settings });
  const { tokens } = await server.room();
  const { joined } = await enterCall(t, server, tokens.interviewer);
  const bearer = { authorization: `Bearer ${tokens.interviewer}` };
  const seat = { ...bearer, 'x-resume-key': joined.resumeKey };
  const post = (headers: Record<string, string>, body: Buffer): Asked => ({ method: 'POST', headers, body });
  const upload = {
    ...seat,
    'x-client-id': crypto.randomUUID(),
    'x-file-name': 'a.html',
    'content-type': 'text/html',
  };
  const sent = await fetch(`${server.url}/api/room/files`, {
    method: 'POST',
    headers: upload,
    body: '<script>',
  });
  const { file } = await sent.json();
  const { etag } = (await ask(server, '/')).headers;
  const kinds: Kind[] = [
    ['a page that has not changed', 304, '/', { headers: { 'if-none-match': String(etag) } }],
    ['a script', 200, asset(/^index-\w+\.js$/)],
    ['a style', 200, asset(/^index-\w+\.css$/)],
    ['a picture', 200, asset(/^office-\w+\.svg$/)],
    ['WebAssembly', 200, asset(/^rnnoise-\w+\.wasm$/)],
    ['the worklet', 200, asset(/^noise-[A-Z0-9]{8}\.js$/)],
    ['an asset that is not there', 404, '/assets/background-AAAAAAA.css'],
    ['a record', 200, '/api/room/chat.csv', { headers: bearer }],
    ['a record for nobody', 401, '/api/room/chat.csv'],
    ['a file that is not there', 404, '/api/room/files/x', { headers: seat }],
    ['a file without its id', 400, '/api/room/files', post(seat, Buffer.from('a'))],
    ['a file that is too large', 413, '/api/room/files', post(upload, Buffer.alloc(6_000_000))],
    ['the speed measurement', 200, '/api/speed/up', post(bearer, Buffer.alloc(1000))],
    ['the description of the API', 200, '/api/v1/openapi.json'],
    ['the API without a key', 401, '/api/v1/rooms'],
    ['the API by a wrong method', 405, '/api/v1/rooms', { method: 'PUT' }],
    ['what only servers ask', 403, '/api/internal/status'],
    ['nothing', 404, '/nothing'],
    ['a target that is no path', 400, 'http://['],
    ['nothing, outside of the page', 404, '/..%2f..%2fpackage.json'],
    ['a page by a wrong method', 404, '/', { method: 'POST' }],
    ['health', 200, '/healthz'],
    ['readiness', 200, '/readyz'],
    ['metrics', 200, '/metrics', { headers: { authorization: `Bearer ${METRICS_TOKEN}` } }],
    ['metrics for nobody', 401, '/metrics'],
    ['an upgrade elsewhere', 404, '/elsewhere', upgrade({})],
    ['an upgrade by a foreign page', 403, '/ws', upgrade({ origin: 'https://evil.example' })],
    ['an upgrade that is none', 400, '/ws', upgrade({ 'sec-websocket-key': 'short' })],
  ];
  return { server, seat, kinds, filePath: `/api/room/files/${file.id}` };
}

const policyOf = ({ headers }: Answer) => String(headers['content-security-policy']);

function hasWhatAllHave(t: ExecutionContext, { headers }: Answer, what: string) {
  t.is(headers['referrer-policy'], 'no-referrer', what);
  t.is(headers['x-content-type-options'], 'nosniff', what);
  t.is(headers['cross-origin-resource-policy'], 'same-origin', what);
  for (const name of ['set-cookie', 'access-control-allow-origin', 'x-powered-by', 'server'])
    t.is(headers[name], undefined, `${what}: ${name}`);
}

test('every answer has its content security policy and the rest; only two files may run WebAssembly', async (t) => {
  const { server, seat, kinds, filePath } = await everyKind(t);
  for (const [what, status, path, asked] of kinds) {
    const answer = await ask(server, path, asked);
    t.is(answer.status, status, what);
    hasWhatAllHave(t, answer, what);
    const policy = policyOf(answer);
    if (path === '/') t.regex(policy, /^default-src 'none'; script-src 'self'; worker-src/);
    else t.is(policy, nothing, what);
    t.is(answer.headers['strict-transport-security'], undefined, what);
    if (path.startsWith('/assets/')) continue;
    t.is(answer.headers['cross-origin-opener-policy'], 'same-origin', what);
    t.regex(
      String(answer.headers['permissions-policy']),
      /camera=\(self\), microphone=\(self\), .*geolocation=\(\)/,
    );
  }
  const file = await ask(server, filePath, { headers: seat });
  t.is(file.status, 200);
  hasWhatAllHave(t, file, 'a file');
  t.is(file.headers['content-security-policy'], "sandbox; default-src 'none'");
  t.is(file.headers['content-type'], 'application/octet-stream');
  t.regex(file.headers['content-disposition'] ?? '', /^attachment; /);
  const wasm = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; ";
  const allowed: [string, string][] = [
    [worker, `${wasm}connect-src 'self'`],
    [frame, `${wasm}base-uri 'none'; form-action 'none'; frame-ancestors 'self'`],
  ];
  for (const [path, expected] of allowed) {
    const answer = await ask(server, path);
    t.is(answer.status, 200);
    hasWhatAllHave(t, answer, path);
    t.is(answer.headers['content-security-policy'], expected);
  }
});

test('the page loads nothing from elsewhere, evaluates nothing, and nobody may frame it', async (t) => {
  const server = await startServer(t);
  for (const path of ['/', '/room', '/room?from=mail']) {
    const answer = await ask(server, path);
    hasWhatAllHave(t, answer, path);
    const policy = policyOf(answer);
    const directives = new Map(policy.split('; ').map((each) => each.split(/ (.*)/) as [string, string]));
    t.is(directives.get('default-src'), "'none'");
    t.is(directives.get('script-src'), "'self'");
    t.is(directives.get('connect-src'), "'self'");
    t.is(directives.get('frame-ancestors'), "'none'");
    t.notRegex(policy, /unsafe|\/\/|\*|https?:|wss?:/);
  }
});

test('behind a proxy with TLS that is trusted every answer holds browsers to TLS; anybody else’s word is not heeded', async (t) => {
  const { server, kinds } = await everyKind(t, { 'http.trustedProxies': ['127.0.0.1'] });
  const untrusting = await startServer(t);
  const viaTls = {
    'x-forwarded-for': '192.0.2.1',
    'x-forwarded-proto': 'https',
    host: 'interview.example.com',
  };
  for (const [what, status, path, asked = {}] of kinds) {
    const headers = { ...asked.headers, ...viaTls };
    const answer = await ask(server, path, { ...asked, headers });
    t.is(answer.status, status, what);
    t.is(answer.headers['strict-transport-security'], hsts, what);
  }
  t.is((await ask(untrusting, '/', { headers: viaTls })).headers['strict-transport-security'], undefined);
});

test('what is no HTTP is answered shortly, with the headers of all', async (t) => {
  const server = await startServer(t);
  const raw = async (bytes: string) => {
    const socket = connect(server.port, '127.0.0.1');
    t.teardown(() => socket.destroy());
    socket.write(bytes);
    return text(socket);
  };
  const answers = [
    await raw('nonsense\r\n\r\n'),
    await raw(`GET / HTTP/1.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`),
  ];
  t.regex(answers[0] ?? '', /^HTTP\/1\.1 400 Bad Request\r\n/);
  t.regex(answers[1] ?? '', /^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
  for (const answer of answers) {
    t.regex(answer, /\r\nX-Content-Type-Options: nosniff\r\n/);
    t.true(answer.includes(`\r\nContent-Security-Policy: ${nothing}\r\n`));
    t.true(answer.endsWith('\r\n\r\n'));
  }
});
