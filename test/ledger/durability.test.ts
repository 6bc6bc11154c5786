import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryLedger } from './temporary-ledger.ts';

const kills = 2000;
/** A machine that is very slow just now gets through fewer of them in the time that there is. */
const killsMin = 200;
const timeMs = 90_000;
/** Long enough for some ten changes, short enough to hit the opening of the file often. */
const survivalMs = 12;
const testTimeoutMs = 180_000;

const killedWriters = join(import.meta.dirname, 'killed-writers.ts');

test(
  'no acknowledged change is lost by up to two thousand kill -9 among four writers on one file',
  async () => {
    const { directory, path, open, reports } = temporaryLedger();
    const log = join(directory, 'log');
    const args = ['--single-threaded', killedWriters, path, log, ...[kills, survivalMs, timeMs].map(String)];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
      timeout: testTimeoutMs - 10_000,
    });

    expect(stderr).toBe('');
    expect(Number(stdout)).toBeGreaterThanOrEqual(killsMin);
    const said = parse(readFileSync(log, 'utf8'));
    expect(said.complaints).toEqual([]);
    expect(said.taken.size).toBeGreaterThan(killsMin);

    const ledger = open();
    const held = new Set(ledger.changesFor('nobody').changes.taken.map(({ ip }) => ip));
    const lost = [...said.taken].filter((ip) => !said.releasing.has(ip) && !held.has(ip));
    expect(lost).toEqual([]);
    expect([...said.released].filter((ip) => held.has(ip))).toEqual([]);
    for (const [plugin, lane] of said.lanes) {
      const own = `fd00:${plugin.slice('lane'.length)}:`;
      const told = new Set(ledger.changesFor(plugin).changes.taken.map(({ ip }) => ip));
      const before = [...said.taken].slice(0, lane.takenBefore).filter((ip) => ip.startsWith(own));
      expect(before.filter((ip) => told.has(ip))).toEqual([]);
      expect(Number(ledger.readState(plugin)['serial'])).toBeGreaterThanOrEqual(lane.serial);
    }
    expect(said.lanes.size).toBe(4);
    expect(reports).toEqual([]);
    expect(readdirSync(directory).filter((name) => /corrupt|foreign|version/.test(name))).toEqual([]);
  },
  testTimeoutMs,
);

interface Lane {
  /** How many addresses all lanes had taken when this one last acknowledged. */
  readonly takenBefore: number;
  /** The last state it wrote. */
  readonly serial: number;
}

/** A line of the log that says that all went well. */
const wellFormed = /^(?:[+~-] fd00:\d::[0-9a-f]+:[0-9a-f]+|a \d|s \d \d+) *$/;

/** Reads the log of `killed-writers.ts`, which says what its lines mean. */
function parse(log: string) {
  const taken = new Set<string>();
  const releasing = new Set<string>();
  const released = new Set<string>();
  const complaints: string[] = [];
  const lanes = new Map<string, Lane>();
  for (const line of log.split('\n').slice(0, -1)) {
    if (!wellFormed.test(line)) complaints.push(line);
    const [kind, subject = '', serial = '0'] = line.split(' ');
    const plugin = `lane${subject}`;
    const lane = lanes.get(plugin) ?? { takenBefore: 0, serial: 0 };
    if (kind === '+') taken.add(subject);
    else if (kind === '~') releasing.add(subject);
    else if (kind === '-') released.add(subject);
    else if (kind === 'a') lanes.set(plugin, { ...lane, takenBefore: taken.size });
    else if (kind === 's') lanes.set(plugin, { ...lane, serial: Number(serial) });
  }
  return { taken, releasing, released, complaints, lanes };
}
