import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OutputCap } from '../../core/process/output-cap.ts';

const chunks = fc.array(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)));

function capped(bytesMax: number, added: readonly Buffer[]): Buffer {
  const cap = new OutputCap(bytesMax);
  for (const chunk of added) cap.add(chunk);
  return cap.output();
}

it('an output within the limit is kept as it is, however it came in pieces', () => {
  fc.assert(
    fc.property(chunks, fc.nat(100), (added, room) => {
      const whole = Buffer.concat(added);
      expect(capped(whole.length + room, added)).toEqual(whole);
    }),
  );
});

it('an output over the limit keeps its first bytes, and a line of its own counts the others', () => {
  fc.assert(
    fc.property(chunks, fc.nat(200), (added, bytesMax) => {
      const whole = Buffer.concat(added);
      fc.pre(whole.length > bytesMax);
      const kept = whole.subarray(0, bytesMax);
      const output = capped(bytesMax, added);
      expect(output.subarray(0, bytesMax)).toEqual(kept);
      const separator = bytesMax === 0 || kept.at(-1) === 10 ? '' : '\n';
      const note = `${separator}[output cut: ${whole.length - bytesMax} bytes more]\n`;
      expect(output.subarray(bytesMax).toString()).toBe(note);
    }),
  );
});

it('an output that comes byte by byte takes no more memory than a few times its bytes', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const bytes = 500_000;
  const cap = new OutputCap(bytes);
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let added = 0; added < bytes; added += 1) cap.add(Buffer.from('x'));
  collectGarbage();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(10 * bytes);
  expect(cap.output()).toHaveLength(bytes);
});
