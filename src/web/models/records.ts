/** The interviewer's two downloads. */

export type RecordKind = 'participants' | 'chat';

/**
 * Fetches a record with the link's token and hands it to the browser as a file.
 * @throws {Error} when the server refuses or cannot be reached
 */
export async function downloadRecord(kind: RecordKind, token: string): Promise<void> {
  const response = await fetch(`/api/room/${kind}.csv`, { headers: { Authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error(`${kind}.csv: ${response.status}`);
  const name = fileName(response.headers.get('Content-Disposition')) ?? `${kind}.csv`;
  saveAs(await response.blob(), name);
}

/** The name of a Content-Disposition header (RFC 6266); the extended form, which carries Japanese, goes first. */
export function fileName(disposition: string | null): string | null {
  const extended = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1];
  if (extended) return decodeURIComponent(extended);
  return /filename="?([^";]+)"?/i.exec(disposition ?? '')?.[1] ?? null;
}

/** Hands something to the browser to be kept as a file. */
export function saveAs(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken its own reference by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
