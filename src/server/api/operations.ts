import type { Operation } from './operation.ts';
import { recordOperations } from './records.ts';
import { linkOperations, roomOperations } from './rooms.ts';

/** All that the API can do. */
export const operations: Operation[] = [...roomOperations, ...linkOperations, ...recordOperations];
