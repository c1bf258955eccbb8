import type { z } from 'zod';
import type { Scope } from '../admin/keys.ts';
import type { Admin, LiveRooms } from '../admin/live.ts';
import type { RoomDefaults } from '../admin/rooms.ts';
import type { Attachment } from '../http/download.ts';
import type { Clock } from '../room/ports.ts';
import type { KeyRecord, Store } from '../store/index.ts';

/** What the API works on. */
export type ApiOptions = {
  store: Store;
  live: LiveRooms;
  clock: Clock;
  secret: Buffer;
  rooms: RoomDefaults & { openEarlyMinutes: number };
  /** What links begin with, once the server listens. */
  publicUrl: () => string;
  /** A fault after the answer, for the log. */
  onError: (error: unknown) => void;
};

/** What an operation works with: whoever's key it is, and what was asked for. */
export type OperationContext<Q = unknown, B = unknown> = {
  options: ApiOptions;
  admin: Admin<Store>;
  key: KeyRecord;
  params: Record<string, string>;
  query: Q;
  body: B;
  /** The ETag that the caller has seen; null: none was given. */
  ifMatch: string | null;
};

/** What an operation answers, before it is written. */
export type Reply = {
  body?: object;
  /** The version of the room that is told of, as its ETag. */
  version?: number;
  /** Of the room that was made. */
  roomId?: string;
  /** Where what was made is found. */
  location?: string;
  file?: Attachment;
};

/** One thing that the API can do. Routes, checks and the OpenAPI document are made from these. */
export type Operation = {
  id: string;
  method: 'get' | 'post' | 'patch' | 'delete';
  /** With its parameters in braces: /rooms/{roomId}. */
  path: string;
  summary: string;
  scope: Scope;
  query?: z.ZodType;
  body?: z.ZodType;
  /** Whether the caller must, or may, say with If-Match which version of the room is meant; else it is refused. */
  ifMatch?: 'required' | 'optional';
  status: 200 | 201 | 204;
  /** null: nothing; file: a download. */
  answer: z.ZodType | 'file' | null;
  run: (context: OperationContext) => Promise<Reply>;
};

type Defined<Q extends z.ZodType, B extends z.ZodType> = Omit<Operation, 'query' | 'body' | 'run'> & {
  query?: Q;
  body?: B;
  run: (context: OperationContext<z.output<Q>, z.output<B>>) => Promise<Reply>;
};

/** An operation whose `run` gets what its schemas let through. */
export function operation<Q extends z.ZodType, B extends z.ZodType>(defined: Defined<Q, B>): Operation {
  return defined as Operation;
}
