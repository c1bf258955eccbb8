/** Asks a server what only commands and other servers ask. */
import type { Config } from '../../src/server/config.ts';
import { openSecret, ticketKeyOf } from '../../src/server/secret.ts';
import type { Store } from '../../src/server/store/index.ts';
import { ticketFor } from '../../src/server/tickets.ts';

type Asked = { url: string; config: Config; store: Store };

/** `path`: what follows /api/internal/. @returns the answer's JSON */
export async function askInternally(server: Asked, method: string, path: string): Promise<unknown> {
  const whole = `/api/internal/${path}`;
  const ticket = (await ticketsOf(server))(method, whole);
  const answer = await fetch(server.url + whole, { method, headers: { Authorization: `Bearer ${ticket}` } });
  if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status}`);
  return answer.json();
}

/** Makes what is to be shown to this server, as it stands in the database now. */
export async function ticketsOf({ url, config, store }: Asked) {
  const key = ticketKeyOf(await openSecret(config, store));
  const servers = await store.servers.list(new Date());
  const server = servers.find((each) => each.url === url);
  if (!server) throw new Error(`${url} does not stand in the database`);
  return (method: string, path: string) => ticketFor(key, { method, path, server }, new Date());
}
