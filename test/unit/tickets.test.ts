/** What commands and servers show each other: good for one request alone. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { TicketCheck, ticketFor } from '../../src/server/tickets.ts';

const key = randomBytes(32);
const asked = {
  method: 'POST',
  path: '/api/internal/rooms/a/end',
  server: { id: 'me', url: 'http://127.0.0.1:1' },
};

function checkAt(start: number) {
  const clock = { now: start };
  return { clock, check: new TicketCheck(key, () => new Date(clock.now)) };
}

test('a ticket is taken once', (t) => {
  const { check } = checkAt(1e12);
  const ticket = ticketFor(key, asked, new Date(1e12));
  t.true(check.accepts(ticket, asked));
  t.false(check.accepts(ticket, asked));
  t.true(check.accepts(ticketFor(key, asked, new Date(1e12)), asked));
});

test('a ticket is good for its own request to its own server', (t) => {
  const { check } = checkAt(1e12);
  const ticket = ticketFor(key, asked, new Date(1e12));
  const others = [
    { ...asked, method: 'GET' },
    { ...asked, path: '/api/internal/rooms/b/end' },
    { ...asked, server: { ...asked.server, id: 'another' } },
    { ...asked, server: { ...asked.server, url: 'http://127.0.0.1:2' } },
  ];
  for (const other of others) t.false(check.accepts(ticket, other));
  t.true(check.accepts(ticket, asked), 'what was refused has not used it up');
});

test('nobody makes one without the key, and nothing of one can be changed', (t) => {
  const { check } = checkAt(1e12);
  const ticket = ticketFor(key, asked, new Date(1e12));
  const [time, once, code] = ticket.split('.') as [string, string, string];
  const fresh = randomBytes(16).toString('base64url');
  for (const wrong of [
    '',
    'x',
    code,
    `${time}.${once}`,
    `${time}.${fresh}.${code}`,
    `${+time + 1}.${once}.${code}`,
  ])
    t.false(check.accepts(wrong, asked), wrong);
  t.false(check.accepts(ticketFor(randomBytes(32), asked, new Date(1e12)), asked));
});

test('a ticket is good for a minute and a half before and after it was made, and not again after that', (t) => {
  const { clock, check } = checkAt(1e12);
  t.false(check.accepts(ticketFor(key, asked, new Date(1e12 - 90_001)), asked));
  t.false(check.accepts(ticketFor(key, asked, new Date(1e12 + 90_001)), asked));
  const early = ticketFor(key, asked, new Date(1e12 - 90_000));
  const late = ticketFor(key, asked, new Date(1e12 + 90_000));
  for (const ticket of [early, late]) t.true(check.accepts(ticket, asked));
  // As long as it would be taken for its time, it is known.
  for (clock.now = 1e12; clock.now <= 1e12 + 200_000; clock.now += 5_000) {
    check.accepts(ticketFor(key, asked, new Date(clock.now)), asked);
    for (const ticket of [early, late]) t.false(check.accepts(ticket, asked));
  }
});
