import test from 'ava';
import { isOutOfCluster } from '../../src/server/store/DatabaseHosts.ts';

/** A packet as MySQL sends it: three bytes of length, its number, and what is in it. */
function packet(content: Buffer, number = 1): Buffer {
  const head = Buffer.alloc(4);
  head.writeUIntLE(content.length, 0, 3);
  head.writeUInt8(number, 3);
  return Buffer.concat([head, content]);
}

const error = (code: number) =>
  Buffer.concat([
    Buffer.from([0xff, code & 0xff, code >> 8]),
    Buffer.from('#08S01WSREP has not yet prepared node'),
  ]);

test('a node that has lost its cluster is known by its answer', (t) => {
  t.true(isOutOfCluster(packet(error(1047))));
  t.false(isOutOfCluster(packet(error(1062))));
  t.false(isOutOfCluster(Buffer.from([1, 0, 0, 1, 0xff])));
});

test('what somebody has stored is no such answer, wherever it is cut', (t) => {
  const file = Buffer.alloc(60_000, Buffer.from([0xff, 0x17, 0x04]));
  t.false(isOutOfCluster(file));
  t.false(isOutOfCluster(Buffer.concat([packet(Buffer.from([5])), packet(file, 2)])));
  t.false(isOutOfCluster(packet(error(1047)).subarray(0, -1)));
});
