/** Who has the database, or the disk of its machine, and not the secret: what opens anything is not in it. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import test from 'ava';
import { createWebhook, webhookSecret } from '../../src/server/admin/webhooks.ts';
import { auditKeyOf, openSecret, ticketKeyOf, webhookKeyOf } from '../../src/server/secret.ts';
import { interview, startApiServer } from '../helpers/api.ts';
import { enterCall, join } from '../helpers/client.ts';

test('no token, key or seat that opens anything is in the database, nor what they are made of', async (t) => {
  const { server, key, ask } = await startApiServer(t);
  const { tokens } = await server.room();
  const interviewer = await enterCall(t, server, tokens.interviewer);
  const applicant = await join(t, server, tokens.applicant);
  await applicant.client.request('requestAdmission', { name: '佐藤花子' });
  await interviewer.client.request('sendChat', { clientId: randomUUID(), text: 'written last' });
  const made = await ask('POST', '/rooms', { body: interview('a'), headers: { 'Idempotency-Key': 'k' } });
  const printed = made.json.links.map(({ url }: { url: string }) => url.split('#')[1] as string);
  const secret = await openSecret(server.config, server.store);
  const admin = { store: server.store, now: () => new Date(), actor: 'cli:test' };
  const webhook = await createWebhook(
    admin,
    { url: 'https://receiver.example.com/' },
    { allowPrivate: false },
  );
  // Stopped, it has written all that it has to write, the seats too.
  await server.close();

  const files = await Promise.all(
    ['', '-wal'].map((end) =>
      readFile(joinPath(server.config.dataDir, `webinterview.sqlite${end}`), 'latin1').catch(() => ''),
    ),
  );
  const database = files.join('');
  const seats = await server.store.readSeats();
  t.deepEqual(
    seats.map(({ peerId }) => peerId).sort(),
    [interviewer.joined.peerId, applicant.joined.peerId].sort(),
  );
  t.true(
    database.includes('written last') && database.includes(webhook.id) && database.includes(key.slice(4, 20)),
  );
  const secrets = {
    ...Object.fromEntries(
      [...Object.values(tokens), ...printed].map((token, i) => [`token ${i}`, token.slice(22)]),
    ),
    'key of the interviewer’s seat': interviewer.joined.resumeKey,
    'key of the applicant’s seat': applicant.joined.resumeKey,
    'API key': key.slice(21),
    'secret, hexadecimal': secret.toString('hex'),
    'secret, bytes': secret.toString('latin1'),
    'key of tickets': ticketKeyOf(secret).toString('base64url'),
    'key of tickets, bytes': ticketKeyOf(secret).toString('latin1'),
    'key of the webhook': webhookSecret(secret, webhook).replace('whsec_', ''),
    'key of the webhook, bytes': webhookKeyOf(secret, webhook.id).toString('latin1'),
    'key of the audit': auditKeyOf(secret).toString('hex'),
    'key of the audit, bytes': auditKeyOf(secret).toString('latin1'),
  };
  t.true(Object.values(secrets).every((each) => each.length >= 16));
  t.deepEqual(
    Object.entries(secrets)
      .filter(([, each]) => database.includes(each))
      .map(([name]) => name),
    [],
  );
});
