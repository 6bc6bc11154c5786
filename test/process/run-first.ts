import { runProcess } from '../../core/process/run-process.ts';
import { chooseBackend } from '../../core/process/choose-backend.ts';

/** Runs one program, the first of this process, and says how programs are started and how it ended. */
const [file = '', ...args] = process.argv.slice(2);
const outcome = await runProcess(
  { file, argv: [file, ...args], environment: { PATH: '/usr/bin:/bin' }, group: 'own' },
  { deadline: performance.now() + 20_000, outputBytesMax: 10_000 },
);
console.log((await chooseBackend()).name, outcome.kind, outcome.kind === 'exited' ? outcome.code : '');
console.log(outcome.output.toString());
