import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newestTried } from '../../core/ctdb-installation/release.ts';
import { faultWords, makeScenario } from '../../core/simulate/make-scenario.ts';
import { readScenario, textOf } from '../../core/simulate/scenario.ts';

const request = {
  release: newestTried,
  nodes: 4,
  addresses: 8,
  rounds: 20,
  handled: [['70.web', ['takeip', 'monitor']]],
  faults: faultWords,
} as const;

test('a scenario by chance is read back as it was printed', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const scenario = makeScenario({ ...request, seed });
      const read = readScenario(textOf(scenario, ['a note']), 'x');
      expect(read.steps).toEqual(scenario.steps);
      expect(read).toMatchObject({ nodes: 4, addresses: 8, release: { text: newestTried.text } });
    }),
  );
});

test('a seed gives the same scenario again, and another one another', () => {
  const texts = [1, 1, 2].map((seed) => textOf(makeScenario({ ...request, seed })));
  expect(texts[0]).toBe(texts[1]);
  expect(texts[0]).not.toBe(texts[2]);
});

const head = 'release 4.17\nnodes 2\naddresses 3\n';

test.each([
  ['', 'x:1: "", expected release such as 4.17'],
  ['release new\n', 'x:1: release "new", expected one such as 4.17'],
  ['release 4.17\nnodes 0\n', 'x:2: nodes 0, expected from 1 to 32'],
  ['release 4.17\nnodes 2\naddresses 1000\n', 'x:3: addresses 1000, expected from 1 to 256'],
  [`${head}\n# a note\nof 1\n`, 'x:6: a step begins with "of", expected one of off, kill, start'],
  [`${head}off 2\n`, 'x:4: "off 2", expected off NODE, from 0 to 1'],
  [`${head}off\n`, 'x:4: "off", expected off NODE, from 0 to 1'],
  [`${head}wait 1e3\n`, 'x:4: "wait 1e3", expected wait SECONDS, from 0 to 3600'],
  [`${head}ban 0\n`, 'x:4: "ban 0", expected ban NODE SECONDS'],
  [`${head}recover now\n`, 'x:4: recover takes no more words, got "now"'],
  [`${head}fault 0 70.web takeIp throws\n`, 'x:4: "takeIp" is no event, expected one of init'],
  [`${head}fault 0 70.web takeip fails disk\n`, 'x:4: "disk" does not fail, expected one of command'],
  [
    `${head}fault 0 70.web takeip explodes\n`,
    'x:4: a handler goes wrong by "explodes", expected one of throws',
  ],
])('%j is refused with the line and what was expected', (text, message) => {
  expect(() => readScenario(text, 'x')).toThrow(message);
});
