const kill = process.kill.bind(process);

/** Ends this process at once, whatever plugins have done to it. */
export function killOwnProcess(): void {
  kill(process.pid, 'SIGKILL');
}

/**
 * Makes `process.exit` and similar functions throw. A plugin may call them as if it were a program, perhaps in a timer long
 * after its handler has returned. That would end the process while another plugin runs. If a plugin ends the process in
 * another way, the daemon handles it.
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
