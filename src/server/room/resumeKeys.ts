import { createHash, randomBytes } from 'node:crypto';

/** 128 random bits: the only way back into a seat. */
export const newResumeKey = (): string => randomBytes(16).toString('base64url');

/** What is kept of a resume key: nothing can be tried out against it. */
export const keyHashOf = (resumeKey: string): string =>
  createHash('sha256').update(resumeKey).digest('base64url');
