/** The REST API as another system uses it. */
import type { ExecutionContext } from 'ava';
import { createKey } from '../../src/server/admin/keys.ts';
import { openApiDocument } from '../../src/server/api/openapi.ts';
import type { Operation } from '../../src/server/api/operation.ts';
import { operations } from '../../src/server/api/operations.ts';
import { problemSchema } from '../../src/server/api/schemas.ts';
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
    const { status } = response;
    const answer = { status, headers: response.headers, text, json: isJson ? JSON.parse(text) : null };
    assertDocumented(method, path, answer);
    return answer;
  };

/** What the document says of the answer holds for it, without a field more or less. @throws it does not */
function assertDocumented(method: string, path: string, { status, headers, text, json }: Answer): void {
  const told = `${method} ${path} answered ${status}`;
  const operation = operationOf(method, path);
  if (status >= 400) {
    problemSchema.parse(json);
    if (headers.get('Content-Type') !== 'application/problem+json')
      throw new Error(`${told} without a problem`);
    if (operation && status < 500 && !(status in responsesOf(operation)))
      throw new Error(`${told}, which the document does not name`);
    return;
  }
  if (!operation) return;
  const { answer } = operation;
  if (status !== operation.status) throw new Error(`${told}, not ${operation.status}`);
  if (answer === 'file') return;
  if (answer !== null) answer.parse(json);
  else if (text !== '') throw new Error(`${told} with ${text}`);
}

const { paths = {} } = openApiDocument('');
const responsesOf = ({ path, method }: Operation) => paths[path]?.[method]?.responses ?? {};

/** undefined: the document itself. */
function operationOf(method: string, path: string): Operation | undefined {
  const [place = ''] = path.split('?');
  return operations.find(
    (each) =>
      each.method === method.toLowerCase() &&
      new RegExp(`^${each.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(place),
  );
}

export const interview = (name: string) => ({ name, from: '2099-04-01T10:00:00+09:00', durationMinutes: 60 });
