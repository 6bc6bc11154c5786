const kill = process.kill.bind(process);

/** Ends this process at once, whatever plugins have done to it. */
export function killOwnProcess(): void {
  kill(process.pid, 'SIGKILL');
}

/**
 * Makes `process.exit` and its like throw: a plugin that takes itself for a program, perhaps in a timer long after its
 * handler returned, would end the process under whichever plugin runs then. What ends it all the same is the daemon's to
 * deal with.
 */
export function keepProcess(): void {
  Object.assign(process, {
    exit: () => refuse('process.exit'),
    reallyExit: () => refuse('process.reallyExit'),
    abort: () => refuse('process.abort'),
    kill(pid: number, signal?: string | number): true {
      const isOwn = [process.pid, 0, -process.pid].includes(pid) && signal !== 0;
      return isOwn ? refuse('process.kill') : kill(pid, signal);
    },
  });
}

function refuse(name: string): never {
  throw new Error(`${name} would end the plugin host, which all plugins share`);
}
