/** The REST API as another system uses it. */
import type { ExecutionContext } from 'ava';
import { createKey } from '../../src/server/admin/keys.ts';
import { startServer, type TestServer } from './server.ts';

export const allScopes = ['rooms:read', 'rooms:write', 'links:read', 'records:read'];

export type Answer = { status: number; headers: Headers; text: string; json: ReturnType<typeof JSON.parse> };
export type Asking = { body?: unknown; headers?: Record<string, string>; key?: string | null };

export type ApiClient = {
  server: TestServer;
  key: string;
  keyId: string;
  /** Asks for a path under /api/v1; `body` is sent as JSON, text as it is. */
  ask(method: string, path: string, asking?: Asking): Promise<Answer>;
};

/** A server with a key that may do everything, or what is given. */
export async function startApiServer(
  t: ExecutionContext,
  settings: Record<string, unknown> = {},
  scopes = allScopes,
): Promise<ApiClient> {
  const server = await startServer(t, settings);
  const { key, record } = await newKey(server, scopes);
  return { server, key, keyId: record.id, ask: asker(server.url, key) };
}

export function newKey({ store }: TestServer, scopes = allScopes) {
  const admin = { store, now: () => new Date(), actor: 'cli:test' };
  return createKey(admin, { name: 'test', scopes, expiresInDays: null });
}

export const asker =
  (url: string, usual: string) =>
  async (method: string, path: string, { body, headers = {}, key = usual }: Asking = {}): Promise<Answer> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(key && { Authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /^application\/(problem\+)?json\b/.test(response.headers.get('Content-Type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : null,
    };
  };

export const interview = (name: string) => ({ name, from: '2099-04-01T10:00:00+09:00', durationMinutes: 60 });
