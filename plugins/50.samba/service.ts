import { Failure, programStackTraces, type Context } from 'ctdb-hook';
import { interfacesFile } from './interfaces-file.ts';
import type { Options } from './options.ts';
import { platformStyle } from './release.ts';

type SambaContext = Context<Options>;

/**
 * Starts Samba, and anew if it runs.
 *
 * @throws Failure if the service does not start.
 */
export async function startSamba(context: SambaContext): Promise<void> {
  const { edit, options, service } = context;
  const name = await serviceName(context);
  await service.stop(name, { quiet: true });
  await killSurvivors(context);
  const file = options.CTDB_SAMBA_INTERFACES_FILE;
  if (file !== undefined) {
    const interfaces = await context.ctdb.publicInterfaces();
    await edit.write(file, interfacesFile(interfaces, options.CTDB_SAMBA_INTERFACES_EXTRA));
  }
  // Niced, because under heavy load a multitude of smbd processes would leave little for anything else.
  const started = await service.start(name, { nice: true });
  if (!started.ok) throw new Failure('Failed to start samba');
}

/** Stops Samba, and shows what smbd processes that are still there hang in. */
export async function stopSamba(context: SambaContext): Promise<void> {
  await context.service.stop(await serviceName(context));
  await context.act(['sh', '-c', `${programStackTraces}\nprogram_stack_traces smbd 5`]);
}

async function serviceName(context: SambaContext): Promise<string> {
  return context.options.CTDB_SERVICE_SMB ?? ((await platformStyle(context)) === 'debian' ? 'smbd' : 'smb');
}

async function killSurvivors({ act, run }: SambaContext): Promise<void> {
  const survivors = await run(['killall', '-0', '-q', 'smbd']);
  if (!survivors.ok) return;
  await run(['sleep', '1']);
  await act(['killall', '-q', '-9', 'smbd'], { quiet: true });
}
