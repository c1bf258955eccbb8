import { signal } from '@preact/signals';
import type { NetworkNeed } from '../../protocol/network.ts';

/** What one's own network has to let out to this server; null: it is not known, or not yet. */
export const networkNeeds = signal<readonly NetworkNeed[] | null>(null);

/** Asks the server, by the link; what it said once holds for as long as the page is open. */
export async function loadNetworkNeeds(token: string): Promise<void> {
  if (networkNeeds.peek()) return;
  const headers = { Authorization: `Bearer ${token}` };
  // Without an answer the page has words that hold for every server.
  const answer = await fetch('/api/network', { headers }).catch(() => null);
  if (answer?.ok) networkNeeds.value = await answer.json();
}
