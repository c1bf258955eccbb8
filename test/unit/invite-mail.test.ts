/** What the invitation goes in: the calendar, and the mail. */
import test from 'ava';
import { simpleParser } from 'mailparser';
import { inviteCalendar } from '../../src/server/invite/calendar.ts';
import { inviteEml } from '../../src/server/invite/eml.ts';
import type { Invitation } from '../../src/server/invite/invitation.ts';
import { inviteMessage } from '../../src/server/invite/message.ts';
import { parseMailbox } from '../../src/server/mailbox.ts';
import { icsProperties, unescaped } from '../helpers/ics.ts';
import { from, invitation, now, to, url } from '../helpers/invitation.ts';

// ---- the calendar ---------------------------------------------------------------------------------------

const calendarOf = (
  changes: Partial<Invitation> = {},
  sides: Partial<{ from: typeof from; to: typeof to }> = { from, to },
  isCancelled = false,
) => {
  const given = invitation(changes);
  const { subject } = inviteMessage(given);
  const options = { now, subject, isCancelled, from: sides.from ?? null, to: sides.to ?? null };
  const calendar = inviteCalendar(given, options);
  const properties = icsProperties(calendar.text);
  const value = (name: string) => properties.find((property) => property.name === name)?.value;
  return { ...calendar, subject, properties, value };
};

test('with both sides known the calendar is a request from one to the other', (t) => {
  const { method, value, properties, subject } = calendarOf();
  t.is(method, 'REQUEST');
  t.is(value('METHOD'), 'REQUEST');
  t.is(value('VERSION'), '2.0');
  t.is(value('DTSTAMP'), '20261120T030405Z');
  t.is(value('DTSTART'), '20261201T010000Z');
  t.is(value('DTEND'), '20261201T023000Z');
  t.is(unescaped(value('SUMMARY') ?? ''), subject);
  t.is(value('URL'), url);
  t.true(
    unescaped(value('DESCRIPTION') ?? '')
      .split('\n')
      .includes(url),
  );
  t.is(value('ORGANIZER'), 'mailto:saiyo@example.com');
  t.regex(value('ATTENDEE') ?? '', /^mailto:hanako@example\.net$/i);
  t.true(properties.find(({ name }) => name === 'ATTENDEE')?.parameters.includes('CN="佐藤花子"'));
  const order = properties.map(({ name, value }) =>
    name === 'BEGIN' || name === 'END' ? `${name} ${value}` : '',
  );
  t.deepEqual(order.filter(Boolean), [
    'BEGIN VCALENDAR',
    'BEGIN VEVENT',
    'BEGIN VALARM',
    'END VALARM',
    'END VEVENT',
    'END VCALENDAR',
  ]);
  // Section 3.6.1: the event's own properties come before its alarms.
  const alarmEnds = properties.findIndex(({ name, value }) => `${name} ${value}` === 'END VALARM');
  t.like(properties[alarmEnds + 1], { name: 'END', value: 'VEVENT' });
  t.is(value('TRIGGER'), '-PT15M');
  t.is(value('ACTION'), 'DISPLAY');
});

test('without an addressee it is published, to nobody by name', (t) => {
  const { method, value } = calendarOf({}, { from });
  t.is(method, 'PUBLISH');
  t.is(value('METHOD'), 'PUBLISH');
  t.is(value('ATTENDEE'), undefined);
  t.is(value('ORGANIZER'), 'mailto:saiyo@example.com');
});

test('without a sender it is a file to open: a message of a scheduling must name its organizer', (t) => {
  for (const sides of [{}, { to }]) {
    const { method, value } = calendarOf({}, sides);
    t.is(method, null);
    t.is(value('METHOD'), undefined);
    t.is(value('ORGANIZER'), undefined);
    t.is(value('ATTENDEE'), undefined);
  }
});

test('a later invitation by the same link is the same appointment, and goes before the earlier one', (t) => {
  const first = calendarOf({ revision: 2 });
  const moved = calendarOf({
    revision: 3,
    from: new Date('2026-12-01T01:15:00Z'),
    // The server's address has changed meanwhile.
    url: 'https://10.0.0.7:8443/room#x',
  });
  t.is(first.value('UID'), moved.value('UID'));
  t.is(first.value('SEQUENCE'), '4');
  t.is(moved.value('SEQUENCE'), '6');
  t.not(calendarOf({ linkId: 'other' }).value('UID'), first.value('UID'));
});

test('a cancellation takes that appointment back, and what is changed afterwards goes before it', (t) => {
  const invited = calendarOf({ revision: 2 });
  const { value, method, text, properties } = calendarOf({ revision: 2 }, { from, to }, true);
  t.is(method, 'CANCEL');
  t.is(value('METHOD'), 'CANCEL');
  t.is(value('STATUS'), 'CANCELLED');
  for (const same of ['UID', 'DTSTART', 'DTEND', 'ORGANIZER']) t.is(value(same), invited.value(same), same);
  t.regex(value('ATTENDEE') ?? '', /hanako@example\.net$/i);
  const sequence = (from: typeof invited) => Number(from.value('SEQUENCE'));
  t.true(sequence(invited) < Number(value('SEQUENCE')));
  t.true(Number(value('SEQUENCE')) < sequence(calendarOf({ revision: 3 })));
  // Nobody is reminded of it, nor led to it.
  t.false(text.includes('/room#'));
  t.false(properties.some(({ name, value }) => name === 'BEGIN' && value === 'VALARM'));
  t.is(calendarOf({}, { to }, true).method, null);
  t.is(calendarOf({}, { to }, true).value('STATUS'), 'CANCELLED');
});

test('in the hour that comes twice both instants are told exactly', (t) => {
  const { value } = calendarOf({
    timeZone: 'Europe/Berlin',
    from: new Date('2026-10-25T00:30:00Z'),
    until: new Date('2026-10-25T01:30:00Z'),
  });
  t.is(value('DTSTART'), '20261025T003000Z');
  t.is(value('DTEND'), '20261025T013000Z');
});

test('names with what a calendar gives a meaning stay what they are, in lines of 75 octets', (t) => {
  const roomName = 'a;b,c\\d"e:面接'.repeat(12);
  const name = 'Sato; "Hana", <ko>: 花子'.repeat(6);
  const { value, properties } = calendarOf(
    { roomName, company: `x\r\nATTENDEE:mailto:evil@example.com${'長'.repeat(90)}` },
    { from: { ...from, name }, to: { ...to, name: `${name}\r\nX-EVIL:1` } },
  );
  t.true(unescaped(value('DESCRIPTION') ?? '').includes(roomName));
  t.is(properties.filter(({ name }) => name === 'ATTENDEE').length, 1);
  t.false(properties.some(({ name }) => name === 'X-EVIL'));
});

test('the calendar is in the language of the message', (t) => {
  t.true(
    unescaped(calendarOf({ language: 'en' }).value('DESCRIPTION') ?? '').startsWith('Online interview\n'),
  );
  t.true(unescaped(calendarOf().value('DESCRIPTION') ?? '').startsWith('Web面接\n'));
});

// ---- the mail -------------------------------------------------------------------------------------------

const emlOf = async (
  given: Invitation,
  sides: { from: typeof from | null; to: typeof to | null } = { from, to },
) => {
  const message = inviteMessage(given);
  const calendar = inviteCalendar(given, { ...sides, now, subject: message.subject });
  const eml = await inviteEml(message, calendar, { ...sides, now });
  return { message, calendar, eml, parsed: await simpleParser(eml) };
};

test('the mail is read back as it was meant: headers, text, HTML, calendar in both places', async (t) => {
  const { message, calendar, eml, parsed } = await emlOf(invitation());
  t.is(parsed.subject, message.subject);
  t.deepEqual(parsed.from?.value, [from]);
  t.deepEqual([parsed.to].flat()[0]?.value, [to]);
  t.is(parsed.date?.getTime(), now.getTime());
  t.regex(parsed.messageId ?? '', /^<[^\s<>]+@example\.com>$/);
  t.is(parsed.text?.trimEnd().replaceAll('\r\n', '\n'), message.text.trimEnd());
  t.is(`${parsed.html}`.trimEnd().replaceAll('\r\n', '\n'), message.html.trimEnd());
  const types = parsed.attachments.map(({ contentType, filename }) => [contentType, filename]);
  t.deepEqual(types, [
    ['text/calendar', undefined],
    ['application/ics', 'invite.ics'],
  ]);
  for (const { content } of parsed.attachments)
    t.is(content.toString('utf8').trimEnd(), calendar.text.trimEnd());
  t.regex(eml, /^Content-Type: multipart\/mixed;/m);
  t.regex(eml, /^Content-Type: multipart\/alternative;/m);
  t.regex(eml, /^Content-Type: text\/calendar; charset=utf-8; method=REQUEST\r$/m);
  t.is(parsed.headers.get('x-unsent'), '1');
});

test('without a sender the calendar is in the mail as a file alone', async (t) => {
  const { calendar, parsed } = await emlOf(invitation(), { from: null, to });
  t.deepEqual(
    parsed.attachments.map(({ contentType, filename }) => [contentType, filename]),
    [['text/calendar', 'invite.ics']],
  );
  t.is(parsed.attachments[0]?.content.toString('utf8'), calendar.text);
});

test('the file is ASCII in lines of CRLF and at most 998 octets', async (t) => {
  const { eml } = await emlOf(invitation({ roomName: '面'.repeat(64) }));
  t.notRegex(eml.replaceAll('\r\n', ''), /[\r\n]/);
  t.regex(eml, /^[\x20-\x7E\t\r\n]*$/);
  for (const line of eml.split('\r\n')) t.true(line.length <= 998);
});

test('no name adds a header to the mail', async (t) => {
  const evil = 'x\r\nBcc: evil@example.com\r\n\r\nbody';
  const { eml, parsed } = await emlOf(invitation({ applicantName: evil, company: evil, roomName: evil }), {
    from: { ...from, name: evil },
    to: { ...to, name: `${evil}", <evil@example.com>` },
  });
  t.deepEqual([...parsed.headers.keys()].sort(), [
    'content-type',
    'date',
    'from',
    'message-id',
    'mime-version',
    'subject',
    'to',
    'x-unsent',
  ]);
  t.deepEqual(
    [parsed.to].flat()[0]?.value.map(({ address }) => address),
    [to.address],
  );
  t.deepEqual(
    parsed.from?.value.map(({ address }) => address),
    [from.address],
  );
  t.notRegex(eml.slice(0, eml.indexOf('\r\n\r\n')), /^Bcc/im);
});

test('without a sender the file is a draft that still has the rest', async (t) => {
  const { parsed, message } = await emlOf(invitation(), { from: null, to: null });
  t.is(parsed.from, undefined);
  t.is(parsed.to, undefined);
  t.is(parsed.subject, message.subject);
});

// ---- addresses ------------------------------------------------------------------------------------------

const addresses: [string, { name: string; address: string } | null][] = [
  ['a@example.com', { name: '', address: 'a@example.com' }],
  [' 採用担当 <a@example.com> ', { name: '採用担当', address: 'a@example.com' }],
  ['"Sato, Hanako" <a@example.com>', { name: 'Sato, Hanako', address: 'a@example.com' }],
  ['<a@example.com>', { name: '', address: 'a@example.com' }],
  ['a+b@xn--fsq.example', { name: '', address: 'a+b@xn--fsq.example' }],
  ...['', 'a', 'a@', '@b', 'a@b@c', 'a@b, c@d', 'a b@c', 'x <a@b> <c@d>', 'a@b\r\nBcc: c@d'].map(
    (text): [string, null] => [text, null],
  ),
  ['x\nBcc: c@d <a@b>', null],
];
for (const [text, expected] of addresses) {
  test(`a mail address: ${JSON.stringify(text)}`, (t) => t.deepEqual(parseMailbox(text), expected));
}
