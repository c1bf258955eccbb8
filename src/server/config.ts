import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { z } from 'zod';
import { type ConfigValues, configSchema, isPath } from './configSchema.ts';
import { filesIn } from './dataDir.ts';
import { UserError } from './errors.ts';
import { packageRoot } from './packageRoot.ts';

/** The configuration as the program uses it: every path absolute, every automatic value decided, frozen. */
export type Config = Readonly<
  Omit<ConfigValues, 'dataDir' | 'secretFile' | 'media'> & {
    dataDir: string;
    secretFile: string;
    /** Those that it was read from. */
    files: string[];
    media: Omit<ConfigValues['media'], 'workers'> & { workers: number };
  }
>;

/** Where values come from besides the defaults. */
export type ConfigOptions = {
  /** Path of a file of one's own (`--config`); else the environment's WEBINTERVIEW_CONFIG. */
  configFile?: string;
  /** Values by dotted key, e.g. {'http.port': '8080'}; strings are read as in the environment. */
  flags?: Record<string, unknown>;
  env?: NodeJS.ProcessEnv;
  /** Names the optional layer config/<nodeEnv>.json; default: the environment's NODE_ENV. */
  nodeEnv?: string;
};

/** One value as one layer gives it. `where` says for people where it was read. */
type Setting = { key: string; value: unknown; where: string; baseDir: string };

const ENV_PREFIX = 'WEBINTERVIEW_';
const flagNames: Record<string, string> = {
  dataDir: '--data-dir',
  'http.host': '--host',
  'http.port': '--port',
};
const secretKeys = new Set(['database.url', 'mail.smtpUrl', 'turn.secret', 'metrics.token']);

/** Every key with its schema: dotted path → schema. */
const leaves = new Map(leavesOf(configSchema, ''));
const pathKeys = new Set([...leaves].filter(([, schema]) => isPath(schema)).map(([key]) => key));
const envNames = new Map([...leaves.keys()].map((key) => [envNameOf(key), key]));

/**
 * Reads the layers config/default.json < config/<NODE_ENV>.json < file < environment < flags.
 * @throws UserError that names the key, where it was read and what was expected; also for unknown keys.
 */
export function loadConfig(options: ConfigOptions = {}): Config {
  const env = options.env ?? process.env;
  const nodeEnv = options.nodeEnv ?? env.NODE_ENV;
  const root = join(packageRoot(), 'config');
  const configFile = options.configFile ?? (env.WEBINTERVIEW_CONFIG || undefined);
  const files = [
    join(root, 'default.json'),
    ...(nodeEnv && /^\w+$/.test(nodeEnv) ? [join(root, `${nodeEnv}.json`)].filter(existsSync) : []),
    ...(configFile === undefined ? [] : [resolve(configFile)]),
  ];
  const settings = [
    ...files.flatMap(fileSettings),
    ...envSettings(env),
    ...flagSettings(options.flags ?? {}),
  ];
  const chosen = new Map<string, Setting>();
  for (const setting of settings) {
    chosen.set(setting.key, { ...setting, value: checked(setting) });
  }
  const values = nested(chosen) as ConfigValues;
  if (values.media.portMin > values.media.portMax) {
    const { where } = chosen.get('media.portMax') as Setting;
    throw new UserError(
      `media.portMax (${where}) is ${values.media.portMax}: expected at least media.portMin, ${values.media.portMin}.`,
    );
  }
  return deepFreeze(withAutomaticValues(values, files, env));
}

/** The name of the environment variable that sets a key: http.publicUrl → WEBINTERVIEW_HTTP_PUBLIC_URL. */
export function envNameOf(key: string): string {
  return ENV_PREFIX + key.replace(/[A-Z]/g, '_$&').replaceAll('.', '_').toUpperCase();
}

// ---- layers ---------------------------------------------------------------------------------------------

function fileSettings(file: string): Setting[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : (error as Error).message;
    throw new UserError(`Cannot read the configuration ${file}: ${why}.`, { cause: error });
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new UserError(`The configuration ${file} is not valid JSON: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  if (!isObject(content)) {
    throw new UserError(`The configuration ${file} must be a JSON object, e.g. {"http": {"port": 8080}}.`);
  }
  return objectSettings(content, '', file);
}

/** Flattens a layer to its leaves; an unknown key or a value in a section's place is an error. */
function objectSettings(object: Record<string, unknown>, prefix: string, file: string): Setting[] {
  return Object.entries(object).flatMap(([name, value]) => {
    const key = prefix + name;
    if (leaves.has(key)) {
      return [{ key, value, where: file, baseDir: dirname(file) }];
    }
    if (![...leaves.keys()].some((leaf) => leaf.startsWith(`${key}.`))) {
      throw unknownKey(key, file, siblingsOf(prefix));
    }
    if (!isObject(value)) {
      throw new UserError(`${key} (${file}) is ${shown(key, value)}: expected an object.`);
    }
    return objectSettings(value, `${key}.`, file);
  });
}

/** An empty variable counts as not set, as container files pass on what is not given. */
function envSettings(env: NodeJS.ProcessEnv): Setting[] {
  const settings: Setting[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(ENV_PREFIX) || name === `${ENV_PREFIX}CONFIG`) {
      continue;
    }
    const key = envNames.get(name);
    if (key === undefined) {
      throw unknownVariable(name);
    }
    if (text) {
      settings.push(envSetting(key, name, text));
    }
  }
  return settings;
}

function envSetting(key: string, name: string, text: string): Setting {
  return { key, value: parsed(key, text), where: `environment variable ${name}`, baseDir: process.cwd() };
}

function flagSettings(flags: Record<string, unknown>): Setting[] {
  return Object.entries(flags)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      const where = flagNames[key] ?? `flag ${key}`;
      if (!leaves.has(key)) {
        throw unknownKey(key, where, [...leaves.keys()]);
      }
      const given = typeof value === 'string' ? parsed(key, value) : value;
      return { key, value: given, where, baseDir: process.cwd() };
    });
}

/** Text as the key's type: a number, true or false, a list separated by commas, or the text itself. */
function parsed(key: string, text: string): unknown {
  const type = typeOf(leaves.get(key) as z.ZodType);
  if (type === 'number') {
    return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
  }
  if (type === 'boolean') {
    return text === 'true' || (text === 'false' ? false : text);
  }
  if (type === 'array') {
    return text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }
  return text;
}

// ---- checks ---------------------------------------------------------------------------------------------

function checked({ key, value, where, baseDir }: Setting): unknown {
  const schema = leaves.get(key) as z.ZodType;
  const result = schema.safeParse(value);
  if (!result.success) {
    throw new UserError(`${key} (${where}) is ${shown(key, value)}: expected ${schema.description}.`, {
      usage: where.startsWith('--'),
    });
  }
  return pathKeys.has(key) && typeof result.data === 'string' ? resolve(baseDir, result.data) : result.data;
}

function shown(key: string, value: unknown): string {
  return secretKeys.has(key) && typeof value === 'string' ? 'not usable' : JSON.stringify(value);
}

function unknownKey(key: string, where: string, known: string[]): UserError {
  return new UserError(`Unknown configuration key ${key} (${where}): expected one of ${known.join(', ')}.`);
}

/** Names the variables of the same section only: all of them would fill the screen. */
function unknownVariable(name: string): UserError {
  const section = name.slice(ENV_PREFIX.length).split('_')[0];
  const near = [...envNames.keys()].filter((known) => known.startsWith(`${ENV_PREFIX}${section}_`));
  const hint =
    near.length > 0
      ? `expected one of ${near.join(', ')}`
      : `each is ${ENV_PREFIX} and the path of a key of config/default.json, or ${ENV_PREFIX}CONFIG`;
  return new UserError(`Unknown configuration environment variable ${name}: ${hint}.`);
}

function siblingsOf(prefix: string): string[] {
  const names = [...leaves.keys()]
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length).split('.')[0] as string);
  return [...new Set(names)];
}

// ---- shape ----------------------------------------------------------------------------------------------

function leavesOf(schema: z.ZodObject, prefix: string): [string, z.ZodType][] {
  return Object.entries(schema.shape).flatMap(([name, inner]): [string, z.ZodType][] =>
    'shape' in inner
      ? leavesOf(inner as z.ZodObject, `${prefix}${name}.`)
      : [[prefix + name, inner as z.ZodType]],
  );
}

function typeOf(schema: z.ZodType): string {
  const { def } = schema as z.ZodNullable<z.ZodType>;
  return def.type === 'nullable' ? typeOf(def.innerType) : def.type;
}

function nested(settings: Map<string, Setting>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [key, { value }] of settings) {
    const [section, name] = key.split('.') as [string, string | undefined];
    if (name === undefined) {
      root[section] = value;
    } else {
      root[section] ??= {};
      (root[section] as Record<string, unknown>)[name] = value;
    }
  }
  return root;
}

function withAutomaticValues(values: ConfigValues, files: string[], env: NodeJS.ProcessEnv): Config {
  const dataHome = env.XDG_DATA_HOME || join(env.HOME || homedir(), '.local', 'share');
  const dataDir = values.dataDir ?? join(dataHome, 'webinterview');
  return {
    ...values,
    dataDir,
    secretFile: values.secretFile ?? filesIn(dataDir).secret,
    files,
    media: {
      ...values.media,
      workers: values.media.workers ?? availableParallelism(),
      workerBin:
        values.media.workerBin ?? (env.MEDIASOUP_WORKER_BIN ? resolve(env.MEDIASOUP_WORKER_BIN) : null),
    },
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function deepFreeze<T extends object>(object: T): T {
  for (const value of Object.values(object)) {
    if (typeof value === 'object' && value !== null) {
      deepFreeze(value);
    }
  }
  return Object.freeze(object);
}
