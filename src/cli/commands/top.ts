import { endCall } from '../../server/admin/rooms.ts';
import { OtherServers } from '../../server/admin/servers.ts';
import { UserError } from '../../server/errors.ts';
import { type CommonOptions, configOf, withAdmin } from '../context.ts';

/** `webinterview top`: the live system on the screen, refreshed each second, until q. */
export async function top(options: CommonOptions): Promise<void> {
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new UserError('top needs a terminal: for programs there is webinterview status --json.');
  await withAdmin(configOf(options), { create: false }, async (admin) => {
    const { store, secret, now } = admin;
    const { showTop } = await import('../ui/top.tsx');
    const silent = new Set<string>();
    const servers = new OtherServers({ store, secret, now, onUnreachable: ({ url }) => silent.add(url) });
    await showTop({
      async look() {
        silent.clear();
        return { servers: await servers.statuses(), silent: [...silent] };
      },
      end: async (room) => void (await endCall({ ...admin, live: servers }, room)),
    });
  });
}
