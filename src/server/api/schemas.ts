/** What the API takes and gives. The same schemas validate requests and make the OpenAPI document. */
import { z } from 'zod';
import { limits } from '../../protocol/limits.ts';
import { exportFormats, exportKinds } from '../admin/exportRequest.ts';
import { zoneNamed } from '../room/zones.ts';

/** The document names it; every other schema stands where it is used. */
const name = <S extends z.ZodType>(id: string, schema: S): S => schema.meta({ id });

/** Rows of one page at most. */
const MOST_ROWS = 500;
const USUAL_ROWS = 100;

/** Years of four digits in UTC too: databases compare no others. What is not a time at all is told already. */
function isStorable(text: string): boolean {
  const year = new Date(text).getUTCFullYear();
  return Number.isNaN(year) || (year >= 1000 && year <= 9999);
}
const time = z.iso
  .datetime({ offset: true })
  .refine(isStorable, 'is not between the years 1000 and 9999')
  .describe('ISO 8601 with an offset, e.g. 2030-04-01T10:00:00+09:00');
const timeZone = z
  .string()
  .max(64)
  .superRefine((text, ctx) => {
    const { problem } = zoneNamed(text);
    if (problem) ctx.addIssue(problem);
  })
  .overwrite((text) => zoneNamed(text).zone ?? text)
  .describe('a time zone like Asia/Tokyo');
const seats = z.int().min(1).max(limits.seatsPerRole);
const language = z.enum(['ja', 'en']);
const history = z
  .enum(['all', 'own'])
  .nullable()
  .describe(
    'how much of the chat applicants see: all, or only what was written while they were in the call; null: only that if several have links',
  );
const role = z.enum(['interviewer', 'applicant']);
const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(MOST_ROWS)
  .default(USUAL_ROWS)
  .describe(`rows per page, at most ${MOST_ROWS}`);
const cursor = z.string().max(512).optional().describe('`next` of the previous page');
const next = z.string().nullable().describe('the cursor of the next page; null: this is the last');

const entrySchema = z.strictObject({
  microphone: z.boolean().describe('whether applicants enter with their microphone on'),
  camera: z.boolean().describe('whether they enter with their camera on'),
  names: z.boolean().describe('whether they see each other’s names'),
});

export const linkSchema = name(
  'Link',
  z.strictObject({
    id: z.string(),
    role,
    applicant: z.string().describe('for whom it is; empty: for anyone of its role'),
    email: z.string().nullable().describe('the applicant’s mail address; null: it is not known'),
    url: z.string().nullable().describe('what the person opens; null while it is revoked'),
    revokedAt: time.nullable(),
    invitedAt: time.nullable().describe('when it was last sent an invitation; null: never, or cancelled'),
    invitedElsewhere: z.boolean().describe('whether that went to another address than `email`'),
    cancelledAt: time
      .nullable()
      .describe('when it was sent that it is cancelled; null: no, or invited since'),
  }),
);

const openEarlyMinutes = z
  .int()
  .min(0)
  .max(limits.openEarlyMinutes)
  .nullable()
  .describe(
    'how long before from people are let in; null: as room.openEarlyMinutes of the configuration says',
  );
const roomFields = {
  id: z.string(),
  name: z.string(),
  title: z.string().describe('what the interview is called to its people; empty: nothing'),
  company: z.string().describe('who invites, as people are told; empty: it is not said'),
  from: time.describe('when the interview begins, as people are told'),
  until: time.describe('when it closes'),
  openEarlyMinutes,
  opensAt: time.describe('from when on people are let in, which follows from the two'),
  timeZone: z.string(),
  state: z.enum(['upcoming', 'open', 'past', 'closed']),
  interviewerSeats: z.int(),
  applicantSeats: z.int(),
  capacity: z.int().nullable().describe('people in the room at once, waiting ones included; null: no limit'),
  entry: entrySchema,
  language: language.describe('of invitations'),
  note: z.string().describe('for administrators only'),
  history,
  waitingMessage: z.string().describe('what those who wait read; empty: nothing'),
  closedAt: time.nullable().describe('since when an administrator keeps everyone out'),
  createdAt: time,
  version: z.int().describe('raised by each change; the ETag'),
};
export const roomSchema = name('Room', z.strictObject(roomFields));
/** A room that was just made: with its links, which are not read again without links:read. */
export const bookedRoomSchema = name(
  'BookedRoom',
  z.strictObject({ ...roomFields, links: z.array(linkSchema) }),
);

/** UTF-16 units of one character, before it is composed: ᾇ in four parts. How many characters a name has is the rules' to say. */
const MOST_UNITS = 4;

const until = time.optional();
const durationMinutes = z.int().min(1).max(527_040).optional();
const described = {
  title: z
    .string()
    .max(MOST_UNITS * limits.roomTitleCharacters)
    .optional(),
  company: z
    .string()
    .max(MOST_UNITS * limits.nameCharacters)
    .optional()
    .describe('of a new room without it room.company of the configuration; empty: it is not said'),
  timeZone: timeZone.optional(),
  openEarlyMinutes: openEarlyMinutes.optional(),
  interviewerSeats: seats.optional(),
  applicantSeats: seats.optional(),
  capacity: z.int().min(2).max(limits.roomCapacity).nullable().optional(),
  entry: entrySchema.partial().optional(),
  language: language.optional(),
  note: z.string().max(limits.roomNoteCharacters).optional(),
  history: history.optional(),
  waitingMessage: z
    .string()
    .max(MOST_UNITS * limits.waitingMessageCharacters)
    .optional(),
};
const roomName = z
  .string()
  .min(1)
  .max(MOST_UNITS * limits.roomNameCharacters);
const applicantName = z
  .string()
  .min(1)
  .max(MOST_UNITS * limits.nameCharacters);
// With a name before the address it may be longer than what is stored of it.
const email = z
  .string()
  .min(1)
  .max(2 * limits.emailCharacters);

export const newRoomSchema = name(
  'NewRoom',
  z.strictObject({
    name: roomName,
    from: time.optional().describe('when the interview begins, as people are told; without it, now'),
    until: until.describe('when it closes; this or durationMinutes'),
    durationMinutes: durationMinutes.describe(
      'how long it is open; without this and until, as long as room.durationMinutes of the configuration says',
    ),
    ...described,
    applicants: z
      .array(applicantName)
      .max(limits.seatsPerRole)
      .optional()
      .describe('a link of their own for each; none: one link for whoever has it'),
    emails: z
      .array(email.nullable())
      .max(limits.seatsPerRole)
      .optional()
      .describe('their mail addresses in the same order, null for one who has none; without applicants one'),
  }),
);
/** What is not given stays. */
export const roomChangesSchema = name(
  'RoomChanges',
  z
    .strictObject({
      name: roomName.optional(),
      from: time
        .optional()
        .describe('when the interview begins; alone it moves the interview, which stays as long as it is'),
      until: until.describe('when it closes; this or durationMinutes'),
      durationMinutes: durationMinutes.describe('how long it is open, from when the interview begins'),
      ...described,
    })
    .refine((changes) => Object.keys(changes).length > 0, 'there is nothing to change'),
);
export const reopenSchema = name(
  'Reopening',
  z.strictObject({
    until: until.describe('when it closes; this or durationMinutes; without either, as before'),
    durationMinutes: durationMinutes.describe(
      'how long it is open, from now or from when the interview begins',
    ),
  }),
);
export const newLinkSchema = name(
  'NewLink',
  z.strictObject({
    applicant: applicantName,
    email: email.optional().describe('the applicant’s mail address'),
  }),
);
export const linkChangesSchema = name(
  'LinkChanges',
  z.strictObject({ email: email.nullable().describe('the applicant’s mail address; null: it is forgotten') }),
);
export const endedSchema = name(
  'Ended',
  z.strictObject({ ended: z.boolean().describe('false: nobody was in the room') }),
);

export const staySchema = name(
  'Stay',
  z.strictObject({
    id: z.string(),
    peerId: z.string(),
    linkId: z.string().nullable(),
    role,
    company: z.string(),
    name: z.string(),
    enteredAt: time,
    leftAt: time.nullable().describe('null while the person is in the call'),
    ending: z.string().nullable().describe('how it ended: left, lost, closed, …'),
    check: z.record(z.string(), z.unknown()).nullable().describe('the outcome of the environment check'),
    media: z.record(z.string(), z.unknown()).nullable().describe('what was sent and received'),
  }),
);
export const messageSchema = name(
  'Message',
  z.strictObject({
    id: z.string(),
    peerId: z.string(),
    role,
    name: z.string(),
    at: time,
    text: z.string().describe('empty with a file'),
    file: z.strictObject({ id: z.string(), name: z.string(), type: z.string(), bytes: z.int() }).nullable(),
  }),
);

const page = <S extends z.ZodType>(item: S) => z.strictObject({ items: z.array(item), next });
export const roomPageSchema = name('RoomPage', page(roomSchema));
export const linkListSchema = name('LinkList', z.strictObject({ items: z.array(linkSchema) }));
export const stayPageSchema = name('StayPage', page(staySchema));
export const messagePageSchema = name('MessagePage', page(messageSchema));

export const pageQuery = z.strictObject({ limit, cursor });
export const roomQuery = z.strictObject({
  name: z.string().max(128).optional().describe('part of the name'),
  from: time.optional().describe('those that are open at this time or later'),
  until: time.optional().describe('those that are open before this time'),
  endedBy: time.optional().describe('those that are over at this time'),
  live: z.enum(['true', 'false']).optional().describe('true: those that somebody is in now'),
  order: z.enum(['earliest', 'latest']).default('earliest').describe('which time comes first'),
  limit,
  cursor,
});
export const exportQuery = z.strictObject({
  format: z.enum(exportFormats).optional().describe('default: csv, of files and room zip'),
  from: time.optional().describe('records of this time or later'),
  until: time.optional().describe('records before this time, which is later than from'),
  details: z
    .enum(['true', 'false'])
    .optional()
    .describe('participants with how each stay ended and the line was'),
});

const id = z.string().regex(/^[\w-]{22}$/, 'is not an id of this kind');
/** What may stand in a path. */
export const pathParameters: Record<string, z.ZodType<string>> = {
  roomId: id,
  linkId: id,
  kind: z.enum(exportKinds),
};

/** RFC 9457. */
export const problemSchema = name(
  'Problem',
  z.strictObject({
    type: z.string().describe('names the kind of problem, for programs'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('what was wrong and what to do, for people'),
    errors: z
      .array(
        z.strictObject({
          in: z.enum(['path', 'query', 'body', 'header']),
          pointer: z.string(),
          detail: z.string(),
        }),
      )
      .optional()
      .describe('each thing that is wrong, with a JSON pointer to it'),
  }),
);
