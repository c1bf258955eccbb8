/** The credentials that the server hands out, at a real TURN server. */
import test, { type ExecutionContext } from 'ava';
import type { IceServer } from '../../src/protocol/messages.ts';
import { launchBrowser } from '../helpers/browser.ts';
import { join } from '../helpers/client.ts';
import { startCoturn } from '../helpers/coturn.ts';
import type { MediaPage } from '../helpers/media-page.ts';
import { startServer } from '../helpers/server.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';

shareBrowsers(test);

declare const started: Promise<MediaPage>;

/** The types of the candidates that a browser gathers when it may use nothing but these servers. */
async function relayCandidates(t: ExecutionContext, iceServers: IceServer[]): Promise<string[]> {
  const { context } = await launchBrowser(t);
  const page = await context.newPage();
  return page.evaluate(async (servers) => {
    const connection = new RTCPeerConnection({ iceServers: servers, iceTransportPolicy: 'relay' });
    const types: string[] = [];
    const gathered = new Promise<void>((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`not within 60 s: all candidates (so far: ${types.join() || 'none'})`)),
        60_000,
      );
      connection.onicecandidate = ({ candidate }) => {
        if (candidate?.type) types.push(candidate.type);
        if (candidate) return;
        clearTimeout(late);
        resolve();
      };
    });
    connection.createDataChannel('any');
    await connection.setLocalDescription();
    await gathered;
    connection.close();
    return types;
  }, iceServers);
}

test.serial('coturn takes who has joined, until the end of the room’s window', async (t) => {
  const { urls, secret } = await startCoturn(t);
  const server = await startServer(t, { 'turn.urls': urls, 'turn.secret': secret });
  const { tokens, record } = await server.room();
  const { joined } = await join(t, server, tokens.applicant);
  const [given] = joined.iceServers;
  t.deepEqual(given?.urls, urls);
  t.is(given?.username, `${Math.floor(record.until.getTime() / 1000)}:${joined.peerId}`);
  t.deepEqual(await relayCandidates(t, joined.iceServers), ['relay']);
});

test.serial('coturn refuses those that another secret has made', async (t) => {
  const { urls } = await startCoturn(t);
  const server = await startServer(t, { 'turn.urls': urls, 'turn.secret': 'another' });
  const { tokens } = await server.room();
  const { joined } = await join(t, server, tokens.applicant);
  t.deepEqual(await relayCandidates(t, joined.iceServers), []);
});
