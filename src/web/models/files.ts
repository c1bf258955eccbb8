import { signal } from '@preact/signals';
import type { ErrorCode } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { ChatFile, ChatMessage } from '../../protocol/messages.ts';
import { saveAs } from '../browser/saveAs.ts';
import { type ProxyProblem, proxyProblemOf } from './answers.ts';
import { fetchWhole } from './fetchWhole.ts';
import { createLanes } from './lanes.ts';

type FileProblem = 'tooBig' | 'empty' | 'failed' | 'tooFast' | 'roomFull' | ProxyProblem;

/** A file of one's own that the server has not confirmed. */
export type Upload = {
  clientId: string;
  name: string;
  /** 0 to 1. */
  progress: number;
  problem: FileProblem | null;
  /** When the chat's newest message was written as it failed (ISO 8601; empty: there was none); null while it has not. */
  failedAfter: string | null;
};

export type FilesModel = ReturnType<typeof createFiles>;

type FilesOptions = {
  token: string;
  resumeKey(): string;
  /** When the chat's newest message was written (ISO 8601); empty: there is none. */
  newestAt(): string;
  /** The message of a file that was stored. */
  onSent(message: ChatMessage): void;
};

/** Files that are fetched at once: fewer than the server gives, which may not know yet that a page before is gone. */
const FETCHES = limits.fileReads.atOnce - 2;

/** Pictures that every browser shows, and that can hold no script. */
const previewable = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
/** Whether a file is shown as a picture. */
export const mayPreview = ({ type }: ChatFile) => previewable.has(type);

/** The chat's files: one upload after the other, each with its progress; downloads; previews. */
export function createFiles({ token, resumeKey, newestAt, onSent }: FilesOptions) {
  const uploads = signal<readonly Upload[]>([]);
  const waiting = new Map<string, File>();
  /** What could not be sent stays at hand, to be sent again. */
  const failed = new Map<string, File>();
  const inLane = createLanes(FETCHES);
  let current: { clientId: string; request: XMLHttpRequest } | null = null;

  const change = (clientId: string, part: Partial<Upload>) => {
    uploads.value = uploads.value.map((each) => (each.clientId === clientId ? { ...each, ...part } : each));
  };

  function add(file: File): void {
    const clientId = crypto.randomUUID();
    const problem = problemOf(file);
    const failedAfter = problem && newestAt();
    uploads.value = [...uploads.value, { clientId, name: file.name, progress: 0, problem, failedAfter }];
    if (problem) return;
    waiting.set(clientId, file);
    next();
  }

  function next(): void {
    const [first] = waiting;
    if (current || !first) return;
    const [clientId, file] = first;
    current = { clientId, request: send(clientId, file) };
  }

  function send(clientId: string, file: File): XMLHttpRequest {
    const request = new XMLHttpRequest();
    request.open('POST', '/api/room/files');
    const headers = {
      ...authorization(token, resumeKey()),
      'Content-Type': file.type || 'application/octet-stream',
      'X-Client-Id': clientId,
      'X-File-Name': encodeURIComponent(file.name),
    };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => change(clientId, { progress: loaded / (total || 1) });
    request.onloadend = () => ended(clientId, request);
    request.send(file);
    return request;
  }

  function ended(clientId: string, { status, response }: XMLHttpRequest): void {
    if (current?.clientId !== clientId) return;
    current = null;
    if (status === 200) {
      forget(clientId);
      onSent(response as ChatMessage);
    } else {
      const file = waiting.get(clientId);
      waiting.delete(clientId);
      if (file) failed.set(clientId, file);
      change(clientId, { problem: problemOfAnswer(status, response?.error), failedAfter: newestAt() });
    }
    next();
  }

  function forget(clientId: string): void {
    waiting.delete(clientId);
    failed.delete(clientId);
    uploads.value = uploads.value.filter((each) => each.clientId !== clientId);
  }

  return {
    uploads,
    add,
    mayResend: (clientId: string) => failed.has(clientId),
    /** Under the same id, which the server stores once. */
    resend(clientId: string): void {
      const file = failed.get(clientId);
      if (!file) return;
      failed.delete(clientId);
      waiting.set(clientId, file);
      change(clientId, { problem: null, failedAfter: null, progress: 0 });
      next();
    },
    /** Stops sending, or puts away what could not be sent. */
    cancel(clientId: string): void {
      const request = current?.clientId === clientId ? current.request : null;
      if (request) current = null;
      forget(clientId);
      request?.abort();
      next();
    },
    /** Saves a file on this device. @throws {FileRefused}; Error of another kind when the line is away */
    async download(file: ChatFile): Promise<void> {
      saveAs(await fetchFile(file), file.name);
    },
    /** A picture to look at; the caller revokes its URL. @throws as download, and when it is none */
    async preview(file: ChatFile): Promise<string> {
      const picture = new Blob([await fetchFile(file)], { type: file.type });
      (await createImageBitmap(picture)).close();
      return URL.createObjectURL(picture);
    },
    stop(): void {
      waiting.clear();
      const request = current?.request;
      current = null;
      request?.abort();
    },
  };

  function fetchFile({ id }: ChatFile): Promise<Blob> {
    return inLane(() => fetchWhole(`/api/room/files/${id}`, authorization(token, resumeKey())));
  }
}

const authorization = (token: string, resumeKey: string) => ({
  Authorization: `Bearer ${token}`,
  'X-Resume-Key': resumeKey,
});

/** The server's own rule, told before anything is sent. */
export function problemOf({ size }: Pick<File, 'size'>): FileProblem | null {
  if (size === 0) return 'empty';
  return size > limits.fileBytes ? 'tooBig' : null;
}

/** Why an upload was not stored, by the answer's status and the error in it, if it has one of the server's. */
export function problemOfAnswer(status: number, error: { code?: ErrorCode } | undefined): FileProblem {
  if (!error) return proxyProblemOf(status) ?? 'failed';
  if (error.code === 'too_fast') return 'tooFast';
  return error.code === 'too_big' ? 'roomFull' : 'failed';
}
