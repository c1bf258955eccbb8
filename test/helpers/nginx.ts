import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { temporaryFolder } from './store.ts';
import { until } from './until.ts';

export type Nginx = {
  /** What it has logged of warnings and errors. */
  log(): Promise<string>;
};

/**
 * Debian's nginx with these server blocks and its own defaults beside them; stopped with the test.
 * @param port on which the blocks listen
 */
export async function startNginx(t: ExecutionContext, port: number, blocks: string): Promise<Nginx> {
  const folder = await temporaryFolder(t);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(folder, name)};`)
    .join('\n');
  const errors = join(folder, 'error.log');
  const file = join(folder, 'nginx.conf');
  await writeFile(
    file,
    `user root;
pid ${join(folder, 'pid')};
error_log ${errors} warn;
events {}
http {
access_log off;
${temporary}
${blocks}
}
`,
  );
  const daemon = spawn('/usr/sbin/nginx', ['-c', file, '-e', errors, '-g', 'daemon off;'], {
    stdio: 'inherit',
  });
  const ended = once(daemon, 'exit');
  t.teardown(async () => {
    daemon.kill('SIGTERM');
    await ended;
  });
  await until('nginx listens', () => isOpen(port));
  return { log: () => readFile(errors, 'utf8') };
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
