import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type ConfigOptions, envNameOf, loadConfig } from '../../src/server/config.ts';
import { UserError } from '../../src/server/errors.ts';
import { temporaryFolder } from '../helpers/store.ts';

const env = { HOME: '/home/somebody' };

async function fileWith(t: ExecutionContext, content: unknown): Promise<string> {
  const file = join(await temporaryFolder(t), 'own.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const messageOf = (t: ExecutionContext, options: ConfigOptions) =>
  t.throws(() => loadConfig({ env, nodeEnv: '', ...options }), { instanceOf: UserError })?.message;

test('the defaults are those of config/default.json, with automatic values decided', (t) => {
  const config = loadConfig({ env, nodeEnv: '' });
  t.is(config.dataDir, '/home/somebody/.local/share/webinterview');
  t.is(config.secretFile, '/home/somebody/.local/share/webinterview/secret');
  t.deepEqual(config.http, {
    host: '127.0.0.1',
    keepAliveSeconds: 130,
    port: 3000,
    publicUrl: null,
    trustedProxies: [],
    allowPlain: false,
  });
  t.deepEqual(config.room, {
    company: null,
    timeZone: 'Asia/Tokyo',
    durationMinutes: 1440,
    openEarlyMinutes: 15,
  });
  t.is(config.media.workers, availableParallelism());
});

test('XDG_DATA_HOME moves the data directory', (t) => {
  t.is(loadConfig({ env: { XDG_DATA_HOME: '/data' }, nodeEnv: '' }).dataDir, '/data/webinterview');
});

test('each layer goes over the one before: file, environment, flags', async (t) => {
  const configFile = await fileWith(t, { http: { port: 1, host: '0.0.0.0' }, log: { level: 'warn' } });
  const config = loadConfig({
    configFile,
    env: { ...env, WEBINTERVIEW_HTTP_PORT: '2', WEBINTERVIEW_LOG_LEVEL: 'debug' },
    flags: { 'http.port': '3', 'http.host': undefined },
    nodeEnv: '',
  });
  t.is(config.http.port, 3);
  t.is(config.http.host, '0.0.0.0');
  t.is(config.log.level, 'debug');
});

test('config/<NODE_ENV>.json is a layer, and need not be there', (t) => {
  t.is(loadConfig({ env: { ...env, NODE_ENV: 'test' } }).log.level, 'silent');
  t.is(loadConfig({ env: { ...env, NODE_ENV: 'nothing' } }).log.level, 'info');
});

test('WEBINTERVIEW_CONFIG names the file; --config goes before it', async (t) => {
  const one = await fileWith(t, { http: { port: 1 } });
  const two = await fileWith(t, { http: { port: 2 } });
  t.is(loadConfig({ env: { ...env, WEBINTERVIEW_CONFIG: one }, nodeEnv: '' }).http.port, 1);
  t.is(loadConfig({ configFile: two, env: { ...env, WEBINTERVIEW_CONFIG: one }, nodeEnv: '' }).http.port, 2);
});

test('the environment gives lists with commas, and an empty variable counts as not set', (t) => {
  const config = loadConfig({
    env: { ...env, WEBINTERVIEW_MEDIA_LISTEN_IPS: '192.0.2.1, ::1', WEBINTERVIEW_HTTP_PUBLIC_URL: '' },
    nodeEnv: '',
  });
  t.deepEqual(config.media.listenIps, ['192.0.2.1', '::1']);
  t.is(config.http.publicUrl, null);
});

test('MEDIASOUP_WORKER_BIN names the worker; our own variable goes before it', (t) => {
  const worker = { ...env, MEDIASOUP_WORKER_BIN: '/one' };
  t.is(loadConfig({ env: worker, nodeEnv: '' }).media.workerBin, '/one');
  const both = { WEBINTERVIEW_MEDIA_WORKER_BIN: '/two', ...worker };
  t.is(loadConfig({ env: both, nodeEnv: '' }).media.workerBin, '/two');
});

test('paths of a file are relative to its folder', async (t) => {
  const configFile = await fileWith(t, { dataDir: 'data', secretFile: '../secret' });
  const config = loadConfig({ configFile, env, nodeEnv: '' });
  t.is(config.dataDir, join(configFile, '../data'));
  t.is(config.secretFile, join(configFile, '../../secret'));
});

test('the configuration is frozen throughout', (t) => {
  const config = loadConfig({ env, nodeEnv: '' });
  t.true(Object.isFrozen(config) && Object.isFrozen(config.http) && Object.isFrozen(config.media.listenIps));
});

test('names of environment variables are made from the path', (t) => {
  t.is(envNameOf('http.publicUrl'), 'WEBINTERVIEW_HTTP_PUBLIC_URL');
  t.is(envNameOf('dataDir'), 'WEBINTERVIEW_DATA_DIR');
});

test('an unknown key is an error with its name, its file and what there is', async (t) => {
  const top = await fileWith(t, { htpp: {} });
  t.is(
    messageOf(t, { configFile: top }),
    `Unknown configuration key htpp (${top}): expected one of dataDir, secretFile, http, tls, database, room, records, call, media, turn, mail, webhooks, metrics, log.`,
  );
  const inner = await fileWith(t, { http: { prot: 1 } });
  t.is(
    messageOf(t, { configFile: inner }),
    `Unknown configuration key http.prot (${inner}): expected one of host, port, publicUrl, trustedProxies, allowPlain, keepAliveSeconds.`,
  );
  const deeper = await fileWith(t, { dataDir: { x: 1 } });
  t.regex(messageOf(t, { configFile: deeper }) ?? '', /^dataDir .* is \{"x":1\}: expected a path/);
});

test('an unknown environment variable or flag is an error', (t) => {
  t.regex(
    messageOf(t, { env: { ...env, WEBINTERVIEW_HTTP_PROT: '1' } }) ?? '',
    /^Unknown configuration environment variable WEBINTERVIEW_HTTP_PROT: expected one of .*WEBINTERVIEW_HTTP_PORT/,
  );
  t.regex(
    messageOf(t, { flags: { 'http.prot': 1 } }) ?? '',
    /^Unknown configuration key http\.prot \(flag http\.prot\)/,
  );
});

test('a wrong type is an error that names the key, the place and what was expected', async (t) => {
  const configFile = await fileWith(t, { http: { port: '80' } });
  t.is(
    messageOf(t, { configFile }),
    `http.port (${configFile}) is "80": expected an integer from 0 to 65535.`,
  );
  t.is(
    messageOf(t, { env: { ...env, WEBINTERVIEW_HTTP_PORT: '8o' } }),
    'http.port (environment variable WEBINTERVIEW_HTTP_PORT) is "8o": expected an integer from 0 to 65535.',
  );
  t.is(
    messageOf(t, { flags: { 'http.port': '70000' } }),
    'http.port (--port) is 70000: expected an integer from 0 to 65535.',
  );
  const section = await fileWith(t, { http: 80 });
  t.is(messageOf(t, { configFile: section }), `http (${section}) is 80: expected an object.`);
});

const wrong: [string, unknown, RegExp][] = [
  ['room.timeZone', 'Asia/Tokio', /is "Asia\/Tokio": expected a time zone like Asia\/Tokyo/],
  ['http.publicUrl', 'interview.example.com', /expected an http:\/\/ or https:\/\/ address/],
  ['http.publicUrl', 'https://example.com/?a=1', /without query/],
  ['media.listenIps', 'localhost', /expected a list of IP addresses/],
  ['media.workers', 0, /expected an integer from 1 to 256, or null/],
  ['turn.urls', 'http://turn.example.com', /expected a list of addresses like turn:/],
  ['log.level', 'loud', /expected one of fatal, error, warn/],
  ['http.host', '', /expected an address to listen on/],
  ['database.url', 'postgres://a:secret@b/c', /^database\.url \(.*\) is not usable: expected mysql:/],
  ['database.url', 'secret', /^database\.url \(.*\) is not usable/],
  [
    'database.url',
    'mysql://user:secret@a:3306,b:3306/db',
    /^database\.url \(.*\) is not usable.*HOST,HOST,HOST/,
  ],
  ['database.url', 'mysql://user:secret@host', /^database\.url \(.*\) is not usable/],
  ['database.url', 'mysql://user:secret@host/db?ssl=1', /^database\.url \(.*\) is not usable/],
];
for (const [key, value, message] of wrong) {
  test(`${key} cannot be ${JSON.stringify(value)}`, (t) => {
    const said = messageOf(t, { flags: { [key]: value } }) ?? '';
    t.regex(said, message);
    if (key === 'database.url') t.false(said.includes('secret'), 'the password is not printed');
  });
}

test('the port range must not be upside down', (t) => {
  t.is(
    messageOf(t, { flags: { 'media.portMin': 500, 'media.portMax': 400 } }),
    'media.portMax (flag media.portMax) is 400: expected at least media.portMin, 500.',
  );
});

test('a file that is missing, no JSON or no object is an error with its name', async (t) => {
  const folder = await temporaryFolder(t);
  const missing = join(folder, 'missing.json');
  t.is(
    messageOf(t, { configFile: missing }),
    `Cannot read the configuration ${missing}: there is no such file.`,
  );
  const garbled = await fileWith(t, '{"http": ');
  t.true(
    messageOf(t, { configFile: garbled })?.startsWith(`The configuration ${garbled} is not valid JSON: `),
  );
  const list = await fileWith(t, []);
  t.true(messageOf(t, { configFile: list })?.startsWith(`The configuration ${list} must be a JSON object`));
  mkdirSync(join(folder, 'folder'));
  t.regex(
    messageOf(t, { configFile: join(folder, 'folder') }) ?? '',
    /^Cannot read the configuration .*EISDIR/,
  );
});
