import { randomBytes } from 'node:crypto';

/** 128 random bits as 22 characters, base64url. None begins with -, which a command line would take for an option. */
export function randomId(): string {
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}
