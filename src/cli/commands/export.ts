import { extname } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { Export, ExportFormat, ExportKind, ExportRequest } from '../../server/admin/records.ts';
import { findRoom } from '../../server/admin/rooms.ts';
import { UserError } from '../../server/errors.ts';
import { type CliAdmin, type CommonOptions, configOf, withAdmin } from '../context.ts';
import { daysOf } from '../days.ts';
import { printJson, printLine, printNote } from '../output.ts';
import { showProgress } from '../progress.ts';
import { writeOut } from '../writeOut.ts';
import { writeWhole } from '../writeWhole.ts';

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
  await withAdmin(configOf(options), { create: false }, async (admin) => {
    const { noteExport, openExport } = await import('../../server/admin/records.ts');
    const request = await requestOf(kind, nameOrId, options, admin);
    await noteLive(request, admin);
    keepHeapSmall();
    const opened = await openExport(admin.store, request);
    const records = await write(opened, request, options);
    await noteExport(admin, request, records);
    if (options.output === undefined) return;
    if (options.json) printJson({ output: options.output, rows: records });
    else printLine(`Wrote ${records} ${records === 1 ? 'row' : 'rows'} to ${options.output}`);
  });
}

/**
 * While rows stream through, V8 lets its heap grow to several times what is in use. These flags are asked each time
 * before it grows; with them the whole process stays well under 200 MB, and is no slower.
 */
function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=30');
}

function assertScope(nameOrId: string | undefined, { all, from, until }: ExportOptions): void {
  if (nameOrId !== undefined && all)
    throw new UserError('--all and a room say different things: give one of them.', { usage: true });
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
    ...{ kind, room, timeZone, format: await formatOf(kind, options), detailed: options.details ?? false },
    ...daysOf(options, timeZone),
  };
}

/** As it is given, else by the ending of the file's name, else the kind's usual one. */
async function formatOf(kind: ExportKind, { format, json, output }: ExportOptions): Promise<ExportFormat> {
  const { exportFormats, formatsOf } = await import('../../server/admin/records.ts');
  const possible = formatsOf[kind];
  const ending = output && exportFormats.find((each) => extname(output).toLowerCase() === `.${each}`);
  const usual = json && possible.includes('json') ? 'json' : (possible[0] as ExportFormat);
  if (output && !format && !json && !ending && extname(output) !== '') {
    throw new UserError(
      `${output}: no format ends with ${extname(output)}: choose ${possible.map((each) => `.${each}`).join(' or ')}, or say it with --format.`,
      { usage: true },
    );
  }
  const chosen = format ?? (json ? usual : ending || usual);
  if (possible.includes(chosen)) {
    if ((chosen === 'zip' || chosen === 'xlsx') && output === undefined && process.stdout.isTTY)
      throw new UserError(`A ${chosen} file is nothing for a terminal: give --output.`, { usage: true });
    return chosen;
  }
  throw new UserError(`${kind} cannot be written as ${chosen}: choose ${possible.join(' or ')}.`, {
    usage: true,
  });
}

/** Whoever reads the records of a call that goes on should know that more will come. */
async function noteLive({ room }: ExportRequest, { live }: CliAdmin): Promise<void> {
  if (room && (await live.isLive(room.id)))
    printNote(`people are in the room ${room.name} now: these are its records up to now.`);
}

async function write(
  { content, total, onRecord }: Export,
  { kind }: ExportRequest,
  { output }: ExportOptions,
): Promise<number> {
  const progress = output === undefined ? null : showProgress(total, kind === 'files' ? 'files' : 'rows');
  let written = 0;
  onRecord((count) => {
    written = count;
    progress?.at(count);
  });
  try {
    if (output === undefined) await writeOut(content);
    else await writeWhole(output, content);
  } finally {
    progress?.end();
  }
  return written;
}
