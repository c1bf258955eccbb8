import { limits } from '../../protocol/limits.ts';
import { withoutHidden } from '../../protocol/names.ts';
import { AppError } from '../errors.ts';

/** Characters that a file's name must not have: control ones, separators, reserved ones. */
const unsafe = /[\p{Cc}\p{Co}\p{Cs}/\\:*?"<>|]/gu;
const anyType = 'application/octet-stream';

/**
 * A name under which a file can be saved anywhere: the last part of a path, without what a system would act on and what
 * deceives (a reversed .exe), its ending kept when it is shortened.
 */
export function safeFileName(given: string): string {
  const base = given.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const clean = withoutEdges(withoutHidden(base, '_').replace(unsafe, '_'));
  const characters = [...(clean || 'file')];
  const most = limits.fileNameCharacters;
  if (characters.length <= most) return characters.join('');
  const ending = /\.[^.]{1,16}$/.exec(clean)?.[0] ?? '';
  return characters.slice(0, most - [...ending].length).join('') + ending;
}

/** Without dots and spaces around it: step by step, as a pattern would look for the end anew at each of them. */
function withoutEdges(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isEdge(text[from])) from++;
  while (to > from && isEdge(text[to - 1])) to--;
  return text.slice(from, to);
}

const isEdge = (character: string | undefined) => character !== undefined && /[.\s]/.test(character);

/** A media type as a browser gives it, without parameters; what is none becomes application/octet-stream. */
export function fileType(given: string): string {
  const [type = ''] = given.toLowerCase().split(';');
  return /^[\w.+-]{1,50}\/[\w.+-]{1,50}$/.test(type.trim()) ? type.trim() : anyType;
}

/** @throws {AppError} bad_request for an empty file, too_big over limits.fileBytes */
export function assertFileSize(bytes: number): void {
  if (bytes === 0) throw new AppError('bad_request', 'the file is empty');
  if (bytes > limits.fileBytes)
    throw new AppError('too_big', `a file may have at most ${limits.fileBytes / 1024 / 1024} MB`);
}
