import { z } from 'zod';
import { limits } from '../protocol/limits.ts';
import { nameProblem, storedName } from '../protocol/names.ts';
import { parseMailbox } from './mailbox.ts';
import { zoneNamed } from './room/zones.ts';

const integer = (min: number, max: number) =>
  z.int().min(min).max(max).describe(`an integer from ${min} to ${max}`);
const trueOrFalse = z.boolean().describe('true or false');
const automaticPath = z.string().min(1).nullable().describe('a path, or null for the automatic one');
const optionalPath = z.string().min(1).nullable().describe('a path, or null');
/** Paths are read from the folder of the file that names them. */
export const isPath = (schema: z.ZodType): boolean => schema === automaticPath || schema === optionalPath;
const httpUrl = z
  .url({ protocol: /^https?$/ })
  .refine((text) => !/[?#]/.test(text), 'no query')
  .nullable()
  .describe('an http:// or https:// address without query, or null');
const databaseUrl = z
  .url({ protocol: /^(mysql|mariadb)$/, abort: true })
  // What follows a ? would be ignored, so it is refused.
  .refine((text) => /^\/[^/]+$/.test(new URL(text).pathname) && !/[?#]/.test(text), 'names a database')
  .nullable()
  .describe(
    'mysql://USER:PASSWORD@HOST:PORT/DATABASE (HOST,HOST,HOST for a cluster), or null for the embedded database',
  );
const smtpUrl = z
  .url({ protocol: /^smtps?$/, hostname: /./, abort: true })
  // What follows the host would be ignored, so it is refused.
  .refine((text) => /^\/?$/.test(new URL(text).pathname) && !/[?#]/.test(text), 'nothing after the host')
  .nullable()
  .describe('smtp://USER:PASSWORD@HOST:PORT (or smtps://), or null');
const mailbox = z
  .string()
  .refine((text) => parseMailbox(text) !== null, 'an address')
  .nullable()
  .describe('a mail address like jobs@example.com or "Recruiting <jobs@example.com>", or null');
const mailName = z
  .string()
  .refine((name) => parseMailbox(`${name} <a@b>`)?.name === name && name !== '', 'a name')
  .nullable()
  .describe('a name like Example Corp. Recruiting, without an address, or null');
const timeZone = z
  .string()
  .refine((name) => zoneNamed(name).zone !== null, 'known')
  .overwrite((name) => zoneNamed(name).zone ?? name)
  .describe('a time zone like Asia/Tokyo');
const companyName = z
  .string()
  .refine((text) => nameProblem(text) === null, 'a name')
  .overwrite(storedName)
  .nullable()
  .describe(`a company's name of 1 to ${limits.nameCharacters} characters, or null`);
const turnUrls = z
  .array(z.string().regex(/^turns?:[^\s/]+$/))
  .describe('a list of addresses like turn:turn.example.com:3478?transport=udp');
const networks = z
  .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
  .describe('a list of IP addresses and networks like 127.0.0.1 or 10.0.0.0/8');
const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Every key; the description of each is what an error says was expected. Defaults: config/default.json. */
export const configSchema = z.strictObject({
  /** null: $XDG_DATA_HOME/webinterview, or ~/.local/share/webinterview. */
  dataDir: automaticPath,
  /** null: `secret` in dataDir. */
  secretFile: automaticPath,
  http: z.strictObject({
    host: z.string().min(1).describe('an address to listen on, like 127.0.0.1 or 0.0.0.0'),
    /** 0: any free port. */
    port: integer(0, 65_535),
    /** What links begin with; null: the address of the running server, else http(s)://localhost:<port>. */
    publicUrl: httpUrl,
    /** Reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed. */
    trustedProxies: networks,
    /** Other machines are served without TLS: a proxy elsewhere, or in front of a container, has the certificate. */
    allowPlain: trueOrFalse,
    /**
     * How long a connection is kept without a request: longer than a proxy in front keeps it, or that would use one that is being
     * closed, and answer 502. nginx and the load balancers of AWS keep it for 60 s, Traefik for 90, Caddy for 120, those of
     * Google for 600.
     */
    keepAliveSeconds: integer(1, 3600),
  }),
  /** PEM files, both or neither: the certificate with its chain, and its key. What is put in their place is used. */
  tls: z.strictObject({ certFile: optionalPath, keyFile: optionalPath }),
  /** null: SQLite, webinterview.sqlite in dataDir. */
  database: z.strictObject({
    url: databaseUrl,
    /** Of a database server: required encrypts; verified also asks for a certificate of an authority that is known. */
    tls: z.enum(['off', 'required', 'verified']).describe('off, required or verified'),
    /** PEM file of the authority whose certificates are accepted with verified; null: those that Node knows. */
    caFile: optionalPath,
  }),
  room: z.strictObject({
    /** Who invites to rooms that are made without saying so; null: it is not said. */
    company: companyName,
    timeZone,
    durationMinutes: integer(1, 527_040),
    /** How long before its time a room opens that says nothing of its own; 0: on the dot. */
    openEarlyMinutes: integer(0, limits.openEarlyMinutes),
  }),
  /** How long after its end a room is kept with all its records, e.g. 180d; null: until somebody deletes it. */
  records: z.strictObject({
    retention: z
      .string()
      .regex(/^[1-9]\d{0,4}d$/)
      .nullable()
      .describe('a number of days like 180d, or null to keep records for good'),
  }),
  call: z.strictObject({
    /** How long a person's place is kept whose line, or server, was lost. */
    graceSeconds: integer(0, 3600),
    /** How long a server that is to stop waits for the running calls to end; 0: not at all. */
    drainSeconds: integer(0, 86_400),
    /** How many calls may run at once; null: as many as the media workers carry. */
    maxCalls: integer(1, 100_000)
      .nullable()
      .describe('an integer from 1 to 100000, or null for as many as the media workers carry'),
  }),
  media: z.strictObject({
    workers: integer(1, 256).nullable().describe('an integer from 1 to 256, or null for one per CPU core'),
    workerBin: automaticPath,
    listenIps: z
      .array(z.union([z.ipv4(), z.ipv6()]))
      .describe('a list of IP addresses, empty for the automatic ones'),
    announcedAddress: z
      .string()
      .min(1)
      .nullable()
      .describe('an IP address or host name (an IPv4 and an IPv6 one with a comma between them), or null'),
    portMin: integer(1, 65_535),
    portMax: integer(1, 65_535),
  }),
  turn: z.strictObject({
    urls: turnUrls,
    secret: z.string().min(1).nullable().describe('the shared secret of the TURN server, or null'),
    /** Credentials last no longer, and end with the room's window if that is sooner. */
    ttlSeconds: integer(60, 604_800),
  }),
  /**
   * smtpUrl: the server that `invite --smtp` hands mail to; from: who sends it, and whose name it carries; fromNameEn: the name
   * in English mails, null: the same.
   */
  mail: z.strictObject({ smtpUrl, from: mailbox, fromNameEn: mailName }),
  /** allowPrivate: webhooks may go to addresses inside this network, and to http:// on this machine. */
  webhooks: z.strictObject({ allowPrivate: trueOrFalse }),
  /** token: what Prometheus shows to read /metrics; null: there is none. */
  metrics: z.strictObject({
    token: z
      .string()
      .regex(/^[\x21-\x7e]{16,}$/)
      .nullable()
      .describe('at least 16 ASCII characters without a space, or null'),
  }),
  log: z.strictObject({ level: z.enum(levels).describe(`one of ${levels.join(', ')}`) }),
});

export type ConfigValues = z.output<typeof configSchema>;
