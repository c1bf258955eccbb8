/** A room's link as it comes: mail programs, chats and people change it on the way. */

/** 16 bytes of id and 16 of code, each in base64url. */
const TOKEN_CHARACTERS = 44;
/** A mail program's tracking encodes what was encoded. */
const DECODINGS = 3;
const invisible = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * The token in what stands after the `#`, with what was put around it left out: a token has one length and few characters,
 * so nothing is guessed. null: there is none, or not the whole of one.
 */
export function tokenIn(fragment: string): string | null {
  const text = readable(fragment);
  return wholeTokenIn(text) ?? wholeTokenIn(text.replace(/\s/g, ''));
}

/**
 * Where a path leads that is a changed link: `/room#TOKEN`, or `/room` where the token is still in the fragment, which stays with
 * the browser; null: it is none.
 */
export function roomOf(path: string): string | null {
  const [, room, rest = ''] = /^\/+(room)?(.*)$/is.exec(readable(path)) ?? [];
  if (!rest || (room && !/[\w-]/.test(rest))) return '/room';
  const [, before = '', fragment = ''] = /^([^#]*)#(.*)$/s.exec(rest) ?? [];
  const [run = ''] = /[\w-]+/.exec(fragment || rest) ?? [];
  const token = fragment ? tokenIn(fragment) : wholeAlone(rest, run);
  if (token) return `/room#${token}`;
  // Of a cut one what there is, so that the page says so.
  return fragment && !/[\w-]/.test(before) ? `/room#${run}` : null;
}

/** Other paths have names as long, but not by themselves. */
function wholeAlone(text: string, run: string): string | null {
  return run.length === TOKEN_CHARACTERS && !/[\w-]/.test(text.replace(run, '')) ? run : null;
}

function wholeTokenIn(text: string): string | null {
  const runs = text.match(/[\w-]+/g) ?? [];
  const whole = runs.find(({ length }) => length === TOKEN_CHARACTERS);
  // Underscores are a mail program's emphasis as well.
  const [first = ''] = runs;
  const rest = first.slice(TOKEN_CHARACTERS);
  return whole ?? (/^[_-]+$/.test(rest) ? first.slice(0, TOKEN_CHARACTERS) : null);
}

/** Decoded, with the usual width of its characters (＃), and without what cannot be seen. */
function readable(text: string): string {
  let decoded = text;
  for (let i = 0; i < DECODINGS; i++) decoded = decodedOnce(decoded);
  return decoded.normalize('NFKC').replace(invisible, '');
}

/** Each stretch by itself: what is no UTF-8 stays as it is. */
function decodedOnce(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (codes) => {
    try {
      return decodeURIComponent(codes);
    } catch {
      return codes;
    }
  });
}
