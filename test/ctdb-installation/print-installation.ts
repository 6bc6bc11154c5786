import { findInstallation } from '../../core/ctdb-installation/installation.ts';

/** Prints what is found in the helper directories that its arguments name: the one that is named first, or `-`, then the others. */
const [named = '-', ...others] = process.argv.slice(2);
console.log(JSON.stringify(findInstallation(named === '-' ? undefined : named, others)));
