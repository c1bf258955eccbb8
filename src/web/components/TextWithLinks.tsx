import { linksIn } from '../models/links.ts';

/** What a person has written, with the addresses in it as links, each into a tab of its own. */
export function TextWithLinks({ text }: { text: string }) {
  return (
    <>
      {linksIn(text).map(({ text: part, isLink }, at) =>
        isLink ? (
          <a key={at} href={part} target="_blank" rel="noopener noreferrer nofollow">
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </>
  );
}
