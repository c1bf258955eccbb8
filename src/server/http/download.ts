/** What is read from the database while it is sent, and may take long. */
import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { Context } from 'koa';
import { cutWhenStalled, whenOver } from './pieces.ts';

/** Milliseconds between two looks, while something is sent, whether its reader still may. */
const LOOK_MS = 1000;

export type Attachment = {
  content: Readable;
  /** Of the file, as the reader sees it. */
  name: string;
  type: string;
  /** To be called when all of it was handed on. */
  sent: () => void;
  /** Why its reader may not read it any more; null: they may, or nobody can tell now. */
  refusal: () => Promise<string | null>;
};

/** Answers with a file, which does not outlive the link or the key by which it was asked for, wherever that is taken back. */
export function sendDownload(ctx: Context, { content, name, type, sent, refusal }: Attachment): void {
  ctx.attachment(name);
  ctx.type = type;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = content;
  // Not with HEAD, which reads nothing.
  ctx.res.once('finish', () => content.readableEnded && sent());
  cutWhenRefused(ctx.res, content, refusal);
  cutWhenStalled(ctx.res);
}

function cutWhenRefused(response: ServerResponse, content: Readable, refusal: Attachment['refusal']): void {
  const look = async () => {
    const why = await refusal();
    if (response.closed) return;
    if (why === null) return void timer.refresh();
    content.destroy(new Error(why));
    // What the connection holds already, too.
    response.destroy();
  };
  const timer = setTimeout(() => void look(), LOOK_MS).unref();
  whenOver(response, () => clearTimeout(timer));
}
