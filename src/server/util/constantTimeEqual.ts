import { createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto';

// Made once: of bytes each code would make it anew, which takes longer than the code.
const key = createSecretKey(randomBytes(32));

/**
 * Whether two texts are the same, in a time that says nothing of where they differ, nor of how long the expected one
 * is: compared are codes of the same length under a key of this process (the "double HMAC" comparison).
 */
export function constantTimeEqual(given: string, expected: string): boolean {
  return timingSafeEqual(codeOf(given), codeOf(expected));
}

const codeOf = (text: string) => createHmac('sha256', key).update(text).digest();
