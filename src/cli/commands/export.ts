import { extname } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import {
  type ExportFormat,
  type ExportKind,
  type ExportRequest,
  exportFormats,
  formatsOf,
} from '../../server/admin/exportRequest.ts';
import { silentText } from '../../server/admin/live.ts';
import type { Export } from '../../server/admin/records.ts';
import { findRoom } from '../../server/admin/rooms.ts';
import type { Config } from '../../server/config.ts';
import { UserError } from '../../server/errors.ts';
import { assertMayWrite } from '../../server/ownFiles.ts';
import { type CliAdmin, type CommonOptions, configOf, withAdmin } from '../context.ts';
import { daysOf } from '../input/days.ts';
import { printJson, printLine, printNote } from '../output/print.ts';
import { showProgress } from '../output/progress.ts';
import { writeOut } from '../output/writeOut.ts';
import { writeWhole } from '../output/writeWhole.ts';

export type ExportOptions = CommonOptions & {
  output?: string;
  format?: ExportFormat;
  from?: string;
  until?: string;
  all?: boolean;
  details?: boolean;
};

/** `webinterview export KIND [ROOM]`: streamed, so that a million rows need no more memory than ten. */
export async function exportRecords(
  kind: ExportKind,
  nameOrId: string | undefined,
  options: ExportOptions,
): Promise<void> {
  assertScope(nameOrId, options);
  keepHeapSmall();
  const config = configOf(options);
  if (options.output !== undefined) assertMayWrite(config, options.output, 'the export');
  await withAdmin(config, { create: false }, async (admin) => {
    const { openNotedExport } = await import('../../server/admin/records.ts');
    const request = await requestOf(kind, nameOrId, options, admin);
    await noteLive(request, admin);
    const opened = await openNotedExport(admin, request);
    if (await write(config, opened, request, options)) await opened.noteWhole();
    if (options.output === undefined) return;
    const records = opened.written();
    if (options.json) printJson({ output: options.output, rows: records });
    else printLine(`Wrote ${records} ${records === 1 ? 'row' : 'rows'} to ${options.output}`);
  });
}

/**
 * While rows stream through, V8 lets its heap grow to several times what is in use. These flags are asked each time
 * before it grows; with them the whole process stays well under 200 MB, and is no slower. From the start: what has grown while the
 * database's library was loaded does not shrink, and the larger it is the later are buffers given back.
 */
function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=30');
}

function assertScope(nameOrId: string | undefined, { all, from, until }: ExportOptions): void {
  if (nameOrId !== undefined && all)
    throw new UserError('--all and a room say different things', {
      remedy: 'give one of them.',
      usage: true,
    });
  if (nameOrId !== undefined || all || from !== undefined || until !== undefined) return;
  throw new UserError(
    'Say of what: a room, days with --from and --until, or --all for everything there is.',
    { usage: true },
  );
}

async function requestOf(
  kind: ExportKind,
  nameOrId: string | undefined,
  options: ExportOptions,
  admin: CliAdmin,
): Promise<ExportRequest> {
  const room = nameOrId === undefined ? null : await findRoom(admin, nameOrId);
  const timeZone = room?.timeZone ?? admin.config.room.timeZone;
  return {
    kind,
    room,
    timeZone,
    format: formatOf(kind, options),
    detailed: options.details ?? false,
    ...daysOf(options, timeZone),
  };
}

/** As it is given, else by the ending of the file's name, else JSON with --json, else the kind's usual one. */
function formatOf(kind: ExportKind, { format, json, output }: ExportOptions): ExportFormat {
  const possible = formatsOf[kind];
  const usual = json && possible.includes('json') ? 'json' : (possible[0] as ExportFormat);
  const chosen = format ?? formatOfFile(output, possible) ?? usual;
  if (!possible.includes(chosen))
    throw new UserError(`${kind} cannot be written as ${chosen}`, {
      remedy: `choose ${possible.join(' or ')}.`,
      usage: true,
    });
  if ((chosen === 'zip' || chosen === 'xlsx') && output === undefined && process.stdout.isTTY)
    throw new UserError(`A ${chosen} file cannot be shown on a terminal`, {
      remedy: 'give --output.',
      usage: true,
    });
  return chosen;
}

/** What the ending of the file's name says; undefined: it has none. @throws {UserError} usage: it is no format's */
function formatOfFile(output: string | undefined, possible: ExportFormat[]): ExportFormat | undefined {
  const ending = extname(output ?? '');
  if (ending === '') return undefined;
  const format = exportFormats.find((each) => ending.toLowerCase() === `.${each}`);
  if (format) return format;
  throw new UserError(`${output}: no format ends with ${ending}`, {
    remedy: `choose ${possible.map((each) => `.${each}`).join(' or ')}, or say it with --format.`,
    usage: true,
  });
}

/** Whoever reads the records of a call that goes on should know that more will come. */
async function noteLive({ room }: ExportRequest, { live }: CliAdmin): Promise<void> {
  if (!room) return;
  const { live: isLive, silent } = await live.isLive(room.id);
  if (isLive) printNote(`people are in the room ${room.name} now: these are its records up to now.`);
  else if (silent.length > 0)
    printNote(
      `${silentText(silent)}: if people are in the room ${room.name} there, these are its records up to now.`,
    );
}

/** @returns false: who reads standard output had seen enough before the end */
async function write(
  config: Config,
  { content, total, onRecord }: Export,
  { kind }: ExportRequest,
  { output }: ExportOptions,
): Promise<boolean> {
  if (output === undefined) return writeOut(content);
  const progress = showProgress(total, kind === 'files' ? 'files' : 'rows');
  onRecord(progress.at);
  try {
    await writeWhole(config, output, content);
    return true;
  } finally {
    progress.end();
  }
}
