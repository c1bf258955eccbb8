import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';

const ANSWER_MS = 5000;

/**
 * A connection through an HTTP proxy (CONNECT, RFC 9110 section 9.3.6), with the name and password of its address.
 * @throws Error that says how the proxy refused, or Node's when it is not reached
 */
export function tunnel(proxy: URL, host: string, port: number): Promise<Duplex> {
  const { request, Agent } = proxy.protocol === 'https:' ? https : http;
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const asking = request({
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: Number(proxy.port || (proxy.protocol === 'https:' ? 443 : 80)),
    method: 'CONNECT',
    path: target,
    headers: { Host: target, ...authorization(proxy) },
    // Not the global one, which would go through the proxy to the proxy.
    agent: new Agent(),
  });
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => asking.destroy(new Error('the proxy does not answer')), ANSWER_MS);
    asking.once('connect', ({ statusCode }, socket) => {
      clearTimeout(deadline);
      if (statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new Error(`the proxy answers ${statusCode}`));
    });
    // Node tells a refusal as a response where it does not close the connection.
    asking.once('response', ({ statusCode }) => asking.destroy(new Error(`the proxy answers ${statusCode}`)));
    asking.on('error', (error) => {
      clearTimeout(deadline);
      reject(error);
    });
    asking.end();
  });
}

function authorization({ username, password }: URL): Record<string, string> {
  if (!username) return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'Proxy-Authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}
