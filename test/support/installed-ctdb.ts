import { join } from 'node:path';
import { askInstallation } from '../../core/ctdb-installation/ask-installation.ts';
import { assumedInstallation } from '../../core/ctdb-installation/assumed-installation.ts';
import {
  findHelperDirectories,
  possibleHelperDirs,
} from '../../core/ctdb-installation/helper-directories.ts';

const [directory] = findHelperDirectories(possibleHelperDirs());

/** The CTDB that is installed here, as its programs say; asked anew, and noted nowhere. */
export const ctdb = directory === undefined ? assumedInstallation() : askInstallation(directory);

/** One of its helper programs, such as `ctdb-event`. */
export const helper = (name: string): string => join(ctdb.helperDir, name);
