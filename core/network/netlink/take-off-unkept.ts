import { openKernel } from './kernel.ts';
import { takeOffAhead } from './kernel-ahead.ts';

/**
 * Takes an address off that was put on before its `takeip` began, and that no `takeip` has kept. Throws KernelError or
 * SocketError if the kernel cannot be asked, another error if koffi does not load.
 */
export async function takeOffUnkept(ip: string): Promise<void> {
  takeOffAhead(await openKernel(), [ip]);
}
