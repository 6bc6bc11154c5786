import { startBackground } from '../../core/process/start-background.ts';

/** Starts a background program that writes to our standard error, says its pid and has nothing left to do. */
const started = await startBackground({
  command: ['sh', '-c', 'echo said in the background; exec sleep 60'],
  environment: { PATH: '/usr/bin:/bin' },
  output: { fd: 2 },
});
console.log(started.kind === 'started' ? started.pid : started.code);
