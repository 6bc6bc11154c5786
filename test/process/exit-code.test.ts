import { constants } from 'node:os';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDisabled, isFailure, isTimedOut, scriptResultOf } from '../../core/process/exit-code.ts';

const exited = (code: number) => scriptResultOf({ kind: 'exited', code });

describe('the result of a script', () => {
  it.each([
    ['exit 0 is success', 0, 0],
    ['exit 1 is itself', 1, 1],
    ['exit 63 is itself', 63, 63],
    ['exit 64 reads as errno 0: success', 64, 0],
    ['exit 65 reads as an errno', 65, -1],
    ['exit 66 reads as a script that vanished: DISABLED', 66, -8],
    ['exit 72 reads as a script without an interpreter line: DISABLED', 72, -8],
    ['exit 77 reads as a script that is not executable: DISABLED', 77, -8],
    ['exit 174 reads as a timeout', 174, -110],
    ['exit 254 reads as an errno', 254, -190],
    ['exit 255 is itself', 255, 255],
  ])('%s', (_title, code, result) => {
    expect(exited(code)).toBe(result);
  });

  it.each([
    ['a signal is EINTR', { kind: 'signalled', signal: 9 }, -4],
    ['a timeout is ETIMEDOUT', { kind: 'timed-out', afterMs: 1, left: [] }, -110],
    ['a cancel is ECANCELED', { kind: 'cancelled', left: [] }, -125],
    ['no interpreter line is DISABLED', { kind: 'not-started', code: 'ENOEXEC' }, -8],
    ['not executable is DISABLED', { kind: 'not-started', code: 'EACCES' }, -8],
    ['vanished is DISABLED', { kind: 'not-started', code: 'ENOENT' }, -8],
    ['too many arguments is E2BIG', { kind: 'not-started', code: 'E2BIG' }, -7],
    ['an errno nobody knows is EIO', { kind: 'not-started', code: 'EWHATEVER' }, -5],
  ] as const)('of %s', (_title, ending, result) => {
    expect(scriptResultOf(ending)).toBe(result);
  });

  it('of a program that did not start is never success', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(constants.errno)), (code) => {
        expect(scriptResultOf({ kind: 'not-started', code })).toBeLessThan(0);
      }),
    );
  });

  it('fails the event for every exit status but five', () => {
    const harmless = [0, 64, 66, 72, 77];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), (code) => {
        expect(isFailure(exited(code))).toBe(!harmless.includes(code));
      }),
      { numRuns: 1000 },
    );
  });

  it('is a plain status or an errno, never both', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), (code) => {
        const result = exited(code);
        expect(result === code || result === 64 - code || isDisabled(result)).toBe(true);
        expect(isTimedOut(result)).toBe(code === 174);
      }),
      { numRuns: 1000 },
    );
  });
});
