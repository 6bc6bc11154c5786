import type { Backend } from './backend.ts';

/**
 * Chooses how programs are started: by posix_spawn through koffi, or by execa where koffi does not load.
 *
 * koffi is also better for a short-lived process: it is loaded in 2 ms (execa: 50 ms), and starts a program in a tenth of
 * the time. `CTDB_HOOK_SPAWN=koffi` or `=execa` forces one; it throws if that one does not load.
 */
export async function chooseBackend(forced = process.env['CTDB_HOOK_SPAWN']): Promise<Backend> {
  const name = forced === undefined || forced === '' ? 'either' : forced;
  const chosen = loaded.get(name) ?? loadBackend(name);
  loaded.set(name, chosen);
  return chosen;
}

const loaded = new Map<string, Promise<Backend>>();

async function loadBackend(name: string): Promise<Backend> {
  switch (name) {
    case 'koffi':
      return (await import('./koffi-backend.ts')).loadKoffiBackend();
    case 'execa':
      return (await import('./execa-backend.ts')).loadExecaBackend();
    case 'either':
      return chooseBackend('koffi').catch(() => chooseBackend('execa'));
    default:
      throw new Error(`CTDB_HOOK_SPAWN: "${name}" is not a way to start programs, expected koffi or execa`);
  }
}
