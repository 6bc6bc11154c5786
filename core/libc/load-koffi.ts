import { createRequire } from 'node:module';
import type * as Koffi from 'koffi';

/** The used part of koffi: functions of the C library, called without a wrapper in C. */
export type NativeCalls = Pick<typeof Koffi, 'load' | 'address' | 'errno' | 'view'>;

/**
 * Loads the native part of koffi. The index of koffi's package takes four times as long, because it looks for the platform
 * in the program file of Node. The index is used only if the native part is not found beside it. Throws if neither loads.
 */
export function loadKoffi(): NativeCalls {
  const { arch } = process;
  const require = createRequire(import.meta.url);
  try {
    return require(`@koromix/koffi-linux-${arch}/linux_${arch}/koffi.node`) as typeof Koffi;
  } catch {
    return require('koffi') as typeof Koffi;
  }
}
