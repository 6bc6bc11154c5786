import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { evaluateWithSh, shOutputBytesMax, ShError } from '../../core/ctdb-config/evaluate-with-sh.ts';
import { isRunning } from '../support/is-running.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const environment = { PATH: process.env['PATH'], A: 'env', GONE: '1' };

async function evaluate(text: string, timeoutMs = 20_000, name = 'x.options') {
  const file = join(temporaryDirectory({ [name]: text }), name);
  return { file, result: await evaluateWithSh(file, { environment, timeoutMs }) };
}

it('reports variables that a file sets, exported or not, and those it unsets', async () => {
  const { result } = await evaluate('X=$(echo hello)\nexport Y=2; A=new; unset GONE; PATH=/nowhere');
  expect(result.changes).toEqual(
    new Map<string, string | undefined>([
      ['X', 'hello'],
      ['Y', '2'],
      ['A', 'new'],
      ['PATH', '/nowhere'],
      ['GONE', undefined],
    ]),
  );
});

it('does not report variables that a file sets to what they were', async () => {
  expect((await evaluate('A=$(echo env)')).result.changes).toEqual(new Map());
});

it('keeps values with newlines, equals signs and quotes whole', async () => {
  const { result } = await evaluate(`X=$(printf 'a\\nB=2\\n"'"'"'\\n.')`);
  expect(result.changes).toEqual(new Map([['X', `a\nB=2\n"'\n.`]]));
});

it('keeps what the file writes apart from its variables, in order', async () => {
  const { result } = await evaluate('echo X=9; echo b >&2; echo c; echo Z=1 >&3; X=1');
  expect(result.output).toMatch(/^X=9\nb\nc\n.*3.*\n$/);
  expect(result.changes).toEqual(new Map([['X', '1']]));
});

it('goes on after a command that fails, as a script does', async () => {
  const { result } = await evaluate('X=1; false\nno-such-command\n[ -f /nowhere ] && Y=1');
  expect(result.changes).toEqual(new Map([['X', '1']]));
  expect(result.output).toContain('no-such-command');
});

it('names file and line of a syntax error, whatever was said before', async () => {
  const failure = evaluate('no-such-command\nif true; then\n  )\nfi\n');
  await expect(failure).rejects.toThrow(ShError);
  await expect(failure).rejects.toThrow(/x\.options:3: [Ss]yntax error.*, expected what sh can read$/);
});

it('says what sh said of any other error that ends it', async () => {
  await expect(evaluate('X=1\nX=${Y?has no value}')).rejects.toThrow(/it said ".*2: .*Y: has no value"/);
});

it.each(['exit', 'exit 3', 'set -e; false', 'exec true'])('takes %j for an error', async (text) => {
  await expect(evaluate(`echo bye; ${text}`)).rejects.toThrow(
    /x\.options: the file ends sh before its own end .*; it said "bye", expected assignments/,
  );
});

it('sources a file whose name has quotes and blanks', async () => {
  const { result } = await evaluate('X=1', 20_000, `it's "x" $y.options`);
  expect(result.changes).toEqual(new Map([['X', '1']]));
});

it('does not wait for a command that the file leaves in the background', async () => {
  const { result } = await evaluate('sleep 5 & X=$!');
  const pid = Number(result.changes.get('X'));
  expect(process.kill(pid, 0)).toBe(true);
  process.kill(pid, 'SIGKILL');
});

it('keeps the beginning of output without end', async () => {
  const { result } = await evaluate(`head -c 300000 /dev/zero | tr '\\0' x; X=1`);
  expect(result.output).toBe('x'.repeat(shOutputBytesMax));
  expect(result.changes).toEqual(new Map([['X', '1']]));
});

it('kills sh and its children when they take too long', async () => {
  const { file, pidOfChild } = endless();
  await expect(evaluateWithSh(file, { environment, timeoutMs: 1000 })).rejects.toThrow(
    `${file}: sh needs longer than 1000 ms, expected less`,
  );
  const pid = await pidOfChild();
  await vi.waitFor(() => {
    expect(isRunning(pid)).toBe(false);
  }, 5000);
});

it('kills sh and its children when it is aborted, and throws the reason', async () => {
  const { file, pidOfChild } = endless();
  const cancel = new AbortController();
  const reason = new Error('the event is cancelled');
  const evaluation = evaluateWithSh(file, { environment, timeoutMs: 60_000, signal: cancel.signal });
  const pid = await pidOfChild();
  cancel.abort(reason);
  await expect(evaluation).rejects.toBe(reason);
  await vi.waitFor(() => {
    expect(isRunning(pid)).toBe(false);
  }, 5000);
});

it('does not start sh when it is aborted already', async () => {
  const reason = new Error('the event is cancelled');
  const options = { environment, timeoutMs: 60_000, signal: AbortSignal.abort(reason) };
  await expect(evaluateWithSh(endless().file, options)).rejects.toBe(reason);
});

/** A file that never comes to its end, and the process it waits for. */
function endless() {
  const directory = temporaryDirectory();
  const [file, pidFile] = [join(directory, 'x'), join(directory, 'pid')];
  writeFileSync(file, `sleep 1000 & echo $! >'${pidFile}'; wait`);
  const pidOfChild = async (): Promise<number> =>
    vi.waitFor(() => {
      const text = readFileSync(pidFile, 'utf8');
      expect(text).toMatch(/^\d+\n$/);
      return Number(text);
    }, 5000);
  return { file, pidOfChild };
}
