import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

const module = new URL('../../core/process/environment.ts', import.meta.url).href;

it('the environment received is known byte for byte, where process.env is not', () => {
  const program = `import { receivedEnvironment } from '${module}';
    const { TEXT, EMPTY, BYTES } = receivedEnvironment();
    console.log(JSON.stringify([TEXT, EMPTY, BYTES]));`;
  const shell = `BYTES=$(printf 'a\\377b') TEXT='ä = "b"' EMPTY= exec "$0" --input-type=module -e "$1"`;
  const said = execFileSync('sh', ['-c', shell, process.execPath, program], { encoding: 'utf8' });
  expect(JSON.parse(said)).toEqual(['ä = "b"', '', 'a\udcffb']);
});
