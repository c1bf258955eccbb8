/** What cannot be undone, and what puts people out, says so before it is done. */
import test, { type ExecutionContext } from 'ava';
import type { Config } from '../../src/server/config.ts';
import { cli } from '../helpers/cli.ts';
import { enterCall, join } from '../helpers/client.ts';
import { startServer } from '../helpers/server.ts';
import { openTerminal, shellHome } from '../helpers/shell.ts';
import { aMessage, aStay, testConfig, testStore } from '../helpers/store.ts';

/** A shell on the data of a configuration, in which a command is typed and answered. */
async function terminalOn(t: ExecutionContext, { dataDir }: Config) {
  const home = await shellHome(t);
  const env = { ...home.env, WEBINTERVIEW_DATA_DIR: dataDir };
  const terminal = openTerminal(t, { ...home, env }, ['bash', '--norc', '--noprofile', '-i']);
  await terminal.shows(/\$ $/m);
  return async (command: string, answer: string): Promise<string> => {
    // What was asked before is not this.
    terminal.type('clear\r');
    await terminal.shows(/^(?![\s\S]*Go on\?)/);
    terminal.type(`${command}; echo "code $?."\r`);
    const asked = await terminal.shows(/Go on\? \[y\/N\] $/m);
    terminal.type(answer);
    await terminal.shows(/^code \d+\./m);
    return `${asked}\n${await terminal.shows(/^code \d+\./m)}`.replace(/\s+/g, ' ');
  };
}

test('on a terminal people are asked, and told how many are inside', async (t) => {
  const server = await startServer(t);
  const { record, tokens, links } = await server.room({ name: 'busy', applicantSeats: 2 });
  await server.store.addStay(aStay(record, { name: '佐藤花子', leftAt: new Date() }));
  await enterCall(t, server, tokens.interviewer);
  await join(t, server, tokens.applicant);
  const { dataDir } = server.config;
  const ask = await terminalOn(t, { ...server.config, dataDir });

  const kept = await ask('webinterview room delete busy', 'n\r');
  t.regex(kept, /deletes the room busy with its links, 2 stays, 0 messages and 0 files for good/);
  t.regex(kept, /2 people are in the room busy now, and have to leave\./);
  t.regex(kept, /Cancelled: nothing was changed\. code 1\./);
  // Nothing but Enter, and the end of the input, are no.
  t.regex(await ask('webinterview room delete busy', '\r'), /Cancelled: /);
  t.regex(await ask('webinterview room delete busy', '\u0004'), /Cancelled: /);
  t.regex(await ask('webinterview room delete busy', '\u0003'), /code 130\./);
  t.truthy(await server.store.rooms.find('busy'));

  const revoke = await ask('webinterview room revoke busy applicant', 'n\r');
  t.regex(revoke, /1 person is in the room busy now by this link, and has to leave\./);
  t.is(
    (await server.store.rooms.links(record.id)).find(({ id }) => id === links.applicant.id)?.revokedAt,
    null,
  );
  t.regex(
    await ask('webinterview room reissue busy interviewer', 'n\r'),
    /1 person is in the room busy now by this link/,
  );
  // Of another applicant's link nobody is inside: nobody is asked, and nothing is told.
  t.is((await cli(server.config, ['room', 'applicant', 'busy', '鈴木一郎'])).code, 0);
  const absent = await cli(server.config, ['room', 'reissue', 'busy', '鈴木一郎']);
  t.notRegex(absent.stderr, /in the room/);
  t.regex(await ask('webinterview room close busy', 'y\r'), /2 people are in the room busy now.* code 0\./);
  t.not((await server.store.rooms.find('busy'))?.closedAt ?? null, null);
});

test('an erasure tells what will go, and who else is written much alike; elsewhere it needs --yes', async (t) => {
  const config = await testConfig(t);
  const store = await testStore(t, config);
  const made = await cli(config, ['room', 'create', '--name', 'a', '--applicant', '佐藤花子']);
  t.is(made.code, 0, made.stderr);
  const room = await store.rooms.find('a');
  if (!room) return t.fail();
  const stay = aStay(room, { name: '佐藤花子', leftAt: new Date() });
  await store.addStay(stay);
  await store.addStay(aStay(room, { name: '佐藤　花子', leftAt: new Date() }));
  await store.addMessage(aMessage(room, { peerId: stay.peerId, role: 'applicant', name: '佐藤花子' }));
  await store.addMessage(aMessage(room, { text: '佐藤花子様' }));
  const what =
    /erases 佐藤花子 from a for good \(1 link, 1 stay, 1 message and 0 files\), and takes the name from 1 other text\./;
  const alike = /Somebody named 佐藤　花子 is there too, and stays:/;
  const args = ['erase', '--room', 'a', '--applicant', '佐藤花子'];
  const refused = await cli(config, args);
  t.is(refused.code, 2);
  t.regex(refused.stderr, what);
  t.regex(refused.stderr, alike);
  t.regex(refused.stderr, / To do it, say --yes; see webinterview [a-z ]+ --help\.\n$/);
  t.is((await cli(config, [...args, '--json'])).code, 2);
  const ask = await terminalOn(t, config);
  // The terminal shows a wide space as the two columns that it is.
  const asked = (await ask('webinterview erase --room a --applicant 佐藤花子', 'n\r')).replaceAll(' ', '');
  t.regex(asked, /erases佐藤花子fromaforgood\(1link,1stay,1messageand0files\)/);
  t.is((await store.listMessages(room.id)).length, 2);
  const done = await cli(config, [...args, '--yes']);
  t.regex(
    done.stdout,
    /^Erased from a: 1 stay, 1 message, 0 files; the name was taken from 1 other text\.\n/,
  );
  t.regex(done.stderr, /somebody named 佐藤　花子 is there too/);
});

test('a key, a webhook, what has expired and a restore are asked about as well', async (t) => {
  const config = await testConfig(t);
  const store = await testStore(t, config);
  const { stdout } = await cli(config, ['key', 'create', '--name', 'hr', '--scope', 'rooms:read']);
  t.regex(stdout, /^wik_/);
  const hook = JSON.parse(
    (await cli(config, ['webhook', 'create', '--url', 'https://hr.example.com/', '--json'])).stdout,
  );
  t.is((await cli(config, ['backup', `${config.dataDir}/backup.sqlite`])).code, 0);
  const ask = await terminalOn(t, config);
  t.regex(
    await ask('webinterview key revoke hr', 'n\r'),
    /refuses the key hr \(\w+, never used\) from its next/,
  );
  t.is((await store.keys.list())[0]?.revokedAt, null);
  t.regex(await ask(`webinterview webhook delete ${hook.id}`, 'n\r'), /deletes the webhook wh_\S+ to https:/);
  t.is((await store.webhooks.list()).length, 1);
  const restored = await ask(`webinterview restore ${config.dataDir}/backup.sqlite`, 'n\r');
  t.regex(restored.replaceAll(' ', ''), /backup\.sqliteintheplaceofthedatabase\S+\.sqlite:.*Cancelled/);
  t.regex(await ask('webinterview key revoke hr', 'yes\r'), /is refused from now on\. code 0\./);
});
