/** Which address browsers are told for each address that the media server listens on. */
import test from 'ava';
import { listenAddresses, resolveAnnounced } from '../../src/server/announced.ts';

const known: Record<string, string[]> = {
  'media.example.com': ['2001:db8::5', '203.0.113.5', '203.0.113.6'],
  'old.example.com': ['203.0.113.5'],
  'own.example.com': ['127.0.1.1'],
  'both.example.com': ['127.0.1.1', '203.0.113.7'],
};
const resolve = async (name: string) => {
  const addresses = known[name];
  if (!addresses) throw Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' });
  return addresses;
};

test('a name is looked up, as browsers take numbers alone; one address of each family', async (t) => {
  t.deepEqual(await resolveAnnounced('media.example.com', resolve), { 4: '203.0.113.5', 6: '2001:db8::5' });
  t.deepEqual(await resolveAnnounced('203.0.113.9, 2001:db8::9', resolve), {
    4: '203.0.113.9',
    6: '2001:db8::9',
  });
  t.deepEqual(await resolveAnnounced(null, resolve), { 4: null, 6: null });
  t.is((await resolveAnnounced('both.example.com', resolve))[4], '203.0.113.7');
  await t.throwsAsync(resolveAnnounced('own.example.com', resolve), {
    message: /own\.example\.com leads to this machine alone \(127\.0\.1\.1\): give the IP address/,
  });
  await t.throwsAsync(resolveAnnounced('typo.example.com', resolve), {
    message: /DNS does not know typo\.example\.com: correct the name/,
  });
});

test('a socket of one family is never announced with an address of the other', async (t) => {
  const both = await resolveAnnounced('media.example.com', resolve);
  t.deepEqual(listenAddresses(['0.0.0.0', '::', '127.0.0.1', '::1'], both), [
    { ip: '0.0.0.0', announcedAddress: '203.0.113.5' },
    { ip: '::', announcedAddress: '2001:db8::5' },
    { ip: '127.0.0.1' },
    { ip: '::1' },
  ]);
  const old = await resolveAnnounced('old.example.com', resolve);
  t.deepEqual(listenAddresses(['0.0.0.0', '::', '2001:db8::7'], old), [
    { ip: '0.0.0.0', announcedAddress: '203.0.113.5' },
    { ip: '2001:db8::7' },
  ]);
  t.throws(() => listenAddresses(['::'], old), { message: /no address of the family/ });
});
