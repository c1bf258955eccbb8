/** The parts of a message, from which its text and its HTML are made: one content, two forms. */
export type Block =
  | { kind: 'paragraph'; text: string }
  | { kind: 'fact'; title: string; text: string }
  /** Something to press; the address stands on its own line as well, so that it can be copied. */
  | { kind: 'link'; title: string; url: string; press: string }
  | { kind: 'list'; title: string; items: string[]; ordered?: boolean }
  | { kind: 'signature'; text: string };

/** A message before it has a form. */
export type Words = { subject: string; blocks: Block[] };

/** How an invitation begins: why it is written, and for when. */
export type Opening = { subject: string; greeting: string; purpose: string; times: Block[] };

/** As plain text: headings marked, one line between the parts. */
export function textOf(blocks: Block[], mark: { heading: string; item: string }): string {
  return `${blocks.map((block) => textOfBlock(block, mark)).join('\n\n')}\n`;
}

function textOfBlock(block: Block, { heading, item }: { heading: string; item: string }): string {
  if (block.kind === 'paragraph') return block.text;
  // "-- " on a line of its own begins a signature for the programs that know one.
  if (block.kind === 'signature') return `-- \n${block.text}`;
  const title = `${heading}${block.title}`;
  if (block.kind === 'fact') return `${title}\n${block.text}`;
  if (block.kind === 'link') return `${title}\n${block.url}`;
  const items = block.items.map((text, i) => `${block.ordered ? `${i + 1}. ` : item}${text}`);
  return [title, ...items].join('\n');
}

const styles = {
  body: "margin:0;padding:24px 16px;background:#ffffff;color:#1a1a1a;font-family:'Noto Sans JP',-apple-system,BlinkMacSystemFont,'Hiragino Sans','Yu Gothic UI',sans-serif;font-size:16px;line-height:1.7",
  main: 'max-width:600px;margin:0 auto',
  heading: 'margin:24px 0 4px;font-size:16px;font-weight:bold',
  fact: 'margin:0',
  list: 'margin:0;padding-left:24px',
  button:
    'display:inline-block;margin:8px 0;padding:12px 24px;border-radius:8px;background:#0017c1;color:#ffffff;font-weight:bold;text-decoration:none',
  address: 'margin:0;font-size:14px;word-break:break-all',
  signature: 'margin:32px 0 0;padding-top:16px;border-top:1px solid #cccccc',
};

/** As a page for mail programs: styles in the elements, since they drop every other kind. */
export function htmlOf(
  blocks: Block[],
  { subject, language }: { subject: string; language: string },
): string {
  return `<!DOCTYPE html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(subject)}</title></head>
<body style="${styles.body}">
<div style="${styles.main}">
${blocks.map(htmlOfBlock).join('\n')}
</div>
</body>
</html>
`;
}

function htmlOfBlock(block: Block): string {
  if (block.kind === 'paragraph') return `<p>${lines(block.text)}</p>`;
  if (block.kind === 'signature') return `<p style="${styles.signature}">${lines(block.text)}</p>`;
  const title = `<h2 style="${styles.heading}">${escaped(block.title)}</h2>`;
  if (block.kind === 'fact') return `${title}\n<p style="${styles.fact}">${lines(block.text)}</p>`;
  if (block.kind === 'list') {
    const tag = block.ordered ? 'ol' : 'ul';
    const items = block.items.map((item) => `<li>${escaped(item)}</li>`).join('\n');
    return `${title}\n<${tag} style="${styles.list}">\n${items}\n</${tag}>`;
  }
  const url = escaped(block.url);
  return `${title}
<p style="${styles.fact}"><a href="${url}" style="${styles.button}">${escaped(block.press)}</a></p>
<p style="${styles.address}"><a href="${url}">${url}</a></p>`;
}

const lines = (text: string) => escaped(text).replaceAll('\n', '<br>\n');

function escaped(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}
