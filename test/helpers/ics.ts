/** Reads a calendar file as RFC 5545 has it: CRLF, at most 75 octets a line, unfolded, values unescaped. */
import assert from 'node:assert/strict';

export type IcsProperty = { name: string; parameters: string; value: string };

/** The properties in their order. Fails where a line is not as section 3.1 says. */
export function icsProperties(text: string): IcsProperty[] {
  assert.ok(text.endsWith('\r\n'), 'the last line ends with CRLF');
  const lines = text.slice(0, -2).split('\r\n');
  for (const line of lines) {
    assert.ok(!/[\r\n]/.test(line), `a bare line end in ${JSON.stringify(line)}`);
    const octets = Buffer.byteLength(line);
    assert.ok(octets <= 75, `${octets} octets: ${line}`);
  }
  return text
    .slice(0, -2)
    .replace(/\r\n[ \t]/g, '')
    .split('\r\n')
    .map((line) => {
      const match = /^([A-Z-]+)((?:;[A-Z-]+=(?:"[^"\r\n]*"|[^";:,\r\n]*))*):(.*)$/.exec(line);
      assert.ok(match, `not NAME;PARAMETERS:VALUE: ${line}`);
      const [, name = '', parameters = '', value = ''] = match;
      return { name, parameters, value };
    });
}

/** A value of type TEXT as it was meant (section 3.3.11). */
export function unescaped(value: string): string {
  assert.ok(!/(?<!\\)(?:\\\\)*[;,]/.test(value.replace(/\\[;,nN]/g, '')), `not escaped: ${value}`);
  return value.replace(/\\(.)/g, (_, c: string) => (/n/i.test(c) ? '\n' : c));
}
