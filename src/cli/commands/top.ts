import { OtherServers } from '../../server/admin/OtherServers.ts';
import { endCall } from '../../server/admin/rooms.ts';
import { UserError } from '../../server/errors.ts';
import { type CommonOptions, configOf, explained, withAdmin } from '../context.ts';

/** Milliseconds that a server has to answer: one that hangs must not keep the others from being shown each second. */
const ANSWER_MS = 900;

/** `webinterview top`: the live system on the screen, refreshed each second, until q. */
export async function top(options: CommonOptions): Promise<void> {
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new UserError('top needs a terminal', {
      remedy: 'for programs there is webinterview status --json.',
    });
  await withAdmin(configOf(options), { create: false }, async (admin) => {
    const { store, secret, now, config } = admin;
    const { publicUrl } = config.http;
    const parts = { store, secret, now, publicUrl };
    const patient = new OtherServers(parts);
    const { showTop } = await import('../ui/top.tsx');
    const shown = new OtherServers({ ...parts, answerMs: ANSWER_MS });
    const explain = async (error: unknown) => {
      throw await explained(config, error);
    };
    await showTop({
      look: () => shown.statuses().catch(explain),
      async end(room) {
        if (await endCall({ ...admin, live: patient }, room).catch(explain)) return;
        throw new UserError(`Nobody is in the room ${room.name}.`);
      },
    });
  });
}
