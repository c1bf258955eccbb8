import type { ExecutionContext } from 'ava';
import type { CDPSession } from 'playwright-core';
import { startApp } from '../helpers/app.ts';
import { person } from '../helpers/interview.ts';
import { takePorts } from '../helpers/ports.ts';
import type { Figure } from './figures.ts';

type Transfer = { bytes: number; isScript: boolean };

/** What a browser that was never here fetches until its waiting room stands ready to ask. */
export async function firstLoad(t: ExecutionContext): Promise<Figure[]> {
  const app = await startApp(t, { ports: takePorts(20) });
  const { applicantUrl } = await app.createRoom('first-load');
  const applicant = await person(t, 'applicant', { colour: [150, 60, 190], hertz: 660 });
  const client = await applicant.context.newCDPSession(applicant.page);
  const transfers = await watchTransfers(client);
  await applicant.arrive(applicantUrl);
  await applicant.button('参加をリクエストする').waitFor();
  await applicant.page.waitForLoadState('networkidle');
  const all = [...transfers.values()];
  const kb = (list: Transfer[]) => list.reduce((sum, { bytes }) => sum + bytes, 0) / 1000;
  return [
    {
      what: 'First load up to the waiting room, over the wire',
      unit: 'kB',
      values: [kb(all)],
      goal: 'at most 150 kB (a peer: 2520 kB)',
      limit: 150,
    },
    {
      what: 'of which JavaScript',
      unit: 'kB',
      values: [kb(all.filter(({ isScript }) => isScript))],
      goal: 'at most 60 kB',
      limit: 60,
    },
    { what: 'Requests', unit: '', values: [all.length], goal: '(a peer: 76)' },
  ];
}

/** Bytes as they went over the wire, headers included. */
async function watchTransfers(client: CDPSession): Promise<Map<string, Transfer>> {
  const transfers = new Map<string, Transfer>();
  await client.send('Network.enable');
  client.on('Network.responseReceived', ({ requestId, type, response }) => {
    // What the check measures the line with is no part of the page.
    if (response.url.includes('/api/speed/')) return;
    transfers.set(requestId, { bytes: 0, isScript: type === 'Script' });
  });
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const transfer = transfers.get(requestId);
    if (transfer) transfer.bytes = encodedDataLength;
  });
  return transfers;
}
