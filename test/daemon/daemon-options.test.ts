import { expect, test } from 'vitest';
import { DaemonOptionsError, readDaemonOptions } from '../../core/daemon/daemon-options.ts';

test.each([
  [[], { pid: undefined, startupFd: undefined }],
  [['-P', '17', '-S', '4'], { pid: 17, startupFd: 4 }],
  [['-P17', '-S4'], { pid: 17, startupFd: 4 }],
  [['--pid=17', '--startup-fd', '0'], { pid: 17, startupFd: 0 }],
])('%j is read', (words, options) => {
  expect(readDaemonOptions(words)).toEqual(options);
});

test.each([
  [['-P', ''], '--pid is "", expected a whole number of at least 1'],
  [['-P', '0'], '--pid is "0", expected a whole number of at least 1'],
  [['-P', '1e3'], '--pid is "1e3", expected a whole number of at least 1'],
  [['-S', ' 3'], '--startup-fd is " 3", expected a whole number of at least 0'],
  [['-S', '9999999999'], '--startup-fd is "9999999999", expected a whole number of at least 0'],
  [['-P'], "Option '-P"],
  [['-x'], "Unknown option '-x'"],
  [['start'], "Unexpected argument 'start'"],
])('%j is refused: %s', (words, message) => {
  expect(() => readDaemonOptions(words)).toThrow(DaemonOptionsError);
  expect(() => readDaemonOptions(words)).toThrow(message);
});
