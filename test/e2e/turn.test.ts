/** The credentials that the server hands out, at a real TURN server. */
import test, { type ExecutionContext } from 'ava';
import type { IceServer } from '../../src/protocol/messages.ts';
import { launchBrowser } from '../helpers/browser.ts';
import { join } from '../helpers/client.ts';
import { startCoturn } from '../helpers/coturn.ts';
import { startServer } from '../helpers/server.ts';

/** The types of the candidates that a browser gathers when it may use nothing but these servers. */
async function relayCandidates(t: ExecutionContext, iceServers: IceServer[]): Promise<string[]> {
  const { context } = await launchBrowser(t);
  const page = await context.newPage();
  return page.evaluate(async (servers) => {
    const connection = new RTCPeerConnection({ iceServers: servers, iceTransportPolicy: 'relay' });
    const types: string[] = [];
    const gathered = new Promise((resolve) => {
      connection.onicecandidate = ({ candidate }) => {
        if (candidate?.type) types.push(candidate.type);
        if (candidate === null) resolve(null);
      };
    });
    connection.createDataChannel('any');
    await connection.setLocalDescription();
    await gathered;
    connection.close();
    return types;
  }, iceServers);
}

test.serial('coturn takes the credentials of a person who has joined', async (t) => {
  const { urls, secret } = await startCoturn(t);
  const server = await startServer(t, { 'turn.urls': urls, 'turn.secret': secret });
  const { tokens } = await server.room();
  const { joined } = await join(t, server, tokens.applicant);
  t.deepEqual(joined.iceServers[0]?.urls, urls);
  t.deepEqual(await relayCandidates(t, joined.iceServers), ['relay']);
});

test.serial('coturn refuses those that another secret has made', async (t) => {
  const { urls } = await startCoturn(t);
  const server = await startServer(t, { 'turn.urls': urls, 'turn.secret': 'another' });
  const { tokens } = await server.room();
  const { joined } = await join(t, server, tokens.applicant);
  t.deepEqual(await relayCandidates(t, joined.iceServers), []);
});
