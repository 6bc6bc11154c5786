import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { chooseBackend } from '../../core/process/choose-backend.ts';
import { environment } from './fixture.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const run = promisify(execFile);
const repository = new URL('../../', import.meta.url).pathname;
const runFirst = `${repository}test/process/run-first.ts`;

describe('the way to start programs', () => {
  it('is koffi where it loads', async () => {
    expect((await chooseBackend('')).name).toBe('koffi');
  });

  it('is what CTDB_HOOK_SPAWN says', async () => {
    expect((await chooseBackend('execa')).name).toBe('execa');
    expect((await chooseBackend('koffi')).name).toBe('koffi');
  });

  it('cannot be something else', async () => {
    await expect(chooseBackend('fork')).rejects.toThrow(
      'CTDB_HOOK_SPAWN: "fork" is not a way to start programs, expected koffi or execa',
    );
  });

  it('is execa where koffi is not there', async () => {
    const { stdout } = await run(process.execPath, [withoutKoffi(), 'sh', '-c', 'echo ran; exit 5'], {
      env: environment,
    });
    expect(stdout).toBe('execa exited 5\nran\n\n');
  });

  it('is not execa where koffi is forced and not there', async () => {
    const env = { ...environment, CTDB_HOOK_SPAWN: 'koffi' };
    await expect(run(process.execPath, [withoutKoffi(), 'true'], { env })).rejects.toThrow(
      `Cannot find module 'koffi'`,
    );
  });
});

describe.each(['koffi', 'execa'])('in a new process, with %s', (backend) => {
  const env = { ...environment, CTDB_HOOK_SPAWN: backend };

  it('the end of the very first program is seen, however soon it comes', async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const { stdout } = await run(process.execPath, [runFirst, 'true'], { env });
      expect(stdout).toBe(`${backend} exited 0\n\n`);
    }
  });
});

it('with koffi, descriptors that this process was given itself do not reach a program', async () => {
  const env = { ...environment, CTDB_HOOK_SPAWN: 'koffi' };
  const stdio = Array.from({ length: 45 }, (_, fd) => (fd < 3 || fd === 9 || fd === 44 ? 'pipe' : 'ignore'));
  const child = spawn(process.execPath, [runFirst, 'ls', '/proc/self/fd'], { env, stdio: stdio as 'pipe'[] });
  const [said] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  // Descriptor 3 is the directory that ls reads.
  expect(said).toBe('koffi exited 0\n0\n1\n2\n3\n\n');
});

/** This project's programs in a directory that has all packages but koffi. */
function withoutKoffi(): string {
  const directory = temporaryDirectory();
  for (const part of ['core/codec', 'core/libc', 'core/process', 'core/text', 'test/process/run-first.ts']) {
    cpSync(`${repository}${part}`, `${directory}/${part}`, { recursive: true });
  }
  cpSync(`${repository}package.json`, `${directory}/package.json`);
  mkdirSync(`${directory}/node_modules`);
  for (const name of readdirSync(`${repository}node_modules`)) {
    if (name === 'koffi' || name.startsWith('.') || name === '@koromix') continue;
    symlinkSync(`${repository}node_modules/${name}`, `${directory}/node_modules/${name}`);
  }
  return `${directory}/test/process/run-first.ts`;
}
