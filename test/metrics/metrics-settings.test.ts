import { expect, test } from 'vitest';
import { readMetricsSettings } from '../../core/metrics/metrics-settings.ts';

const read = (environment: Record<string, string>) => {
  const said: string[] = [];
  const settings = readMetricsSettings(environment, (message) => said.push(message));
  return { settings, said };
};

test('without the variables there are none', () => {
  expect(read({})).toEqual({ settings: undefined, said: [] });
  expect(read({ CTDB_HOOK_METRICS_FILE: '', CTDB_HOOK_METRICS_SOCKET: '' })).toEqual({
    settings: undefined,
    said: [],
  });
});

test('each variable names a place', () => {
  expect(read({ CTDB_HOOK_METRICS_FILE: '/a/b.prom', CTDB_HOOK_METRICS_SOCKET: '/run/m' }).settings).toEqual({
    file: '/a/b.prom',
    socket: '/run/m',
  });
});

const expectedFile = 'expected the absolute path of a file that ends with .prom';
const expectedSocket = 'expected an absolute path of at most 107 bytes';
test.each([
  ['CTDB_HOOK_METRICS_FILE', 'a.prom', expectedFile],
  ['CTDB_HOOK_METRICS_FILE', '/a/b', expectedFile],
  ['CTDB_HOOK_METRICS_SOCKET', 'm', expectedSocket],
  ['CTDB_HOOK_METRICS_SOCKET', `/${'é'.repeat(54)}`, expectedSocket],
])('%s=%s is refused, and counts as not wanted', (name, value, expected) => {
  expect(read({ [name]: value })).toEqual({
    settings: undefined,
    said: [`ERROR: ${name} is ${JSON.stringify(value)}, ${expected}`],
  });
});
