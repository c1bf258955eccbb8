/** The interviewer's two downloads. */
import { saveAs } from '../browser/saveAs.ts';
import { FileRefused } from './fetchWhole.ts';

/** What an interviewer can download after the call. */
export type RecordKind = 'participants' | 'chat';

/**
 * Fetches a record with the link's token and hands it to the browser as a file.
 * @throws {FileRefused}; Error of another kind when the line is away
 */
export async function downloadRecord(kind: RecordKind, token: string): Promise<void> {
  const response = await fetch(`/api/room/${kind}.csv`, { headers: { Authorization: `Bearer ${token}` } });
  if (!response.ok) throw new FileRefused(response.status);
  const name = fileName(response.headers.get('Content-Disposition')) ?? `${kind}.csv`;
  saveAs(await response.blob(), name);
}

/** Why a record could not be had. */
export const recordProblemOf = (error: unknown): 'failed' | 'away' =>
  error instanceof FileRefused && error.why === 'away' ? 'away' : 'failed';

/** The name of a Content-Disposition header (RFC 6266); the extended form, which carries Japanese, goes first. */
export function fileName(disposition: string | null): string | null {
  const extended = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1];
  if (extended) return decodeURIComponent(extended);
  return /filename="?([^";]+)"?/i.exec(disposition ?? '')?.[1] ?? null;
}
