import type { InterfaceContext } from './options.ts';

/*
 * What CTDB's own 10.interface does otherwise from one release to another. It is told by words of what a release no longer
 * does, so that an unknown one, and none at all, are taken for the newest.
 */

type Told = Pick<InterfaceContext, 'replaced'>;

/** Sets arp_filter at init, up to CTDB 4.21. */
export const setsArpFilter = ({ replaced }: Told): boolean =>
  replaced.says('ipv4/conf/all/arp_filter', [4, 21]);

/** Fails where an address is on no interface that should be released or moved, up to 4.24. */
export const failsWithoutInterface = ({ replaced }: Told): boolean =>
  replaced.says('ERROR: Unable to determine interface for IP', [4, 24]);

/** Does not fail where ctdbd knows that the address is on none, and gives `__none__`: 4.22 to 4.24. */
export const knowsNoInterface = ({ replaced }: Told): boolean => replaced.saysSince('__none__', [4, 22]);

/** Looks for an address without regard to the interface that ctdbd names, which may be an altname: up to 4.24. */
export const overlooksAltnames = ({ replaced }: Told): boolean =>
  replaced.says('get_iface_ip_maskbits', [4, 24]);

/** Gives a moved address the mask that it had, and takes it off the new interface first: up to 4.24. */
export const keepsMaskOfMoved = overlooksAltnames;

/** Names an address without its mask when it cannot be deleted, up to 4.24. */
export const namesNoMask = ({ replaced }: Told): boolean =>
  replaced.says('Failed to del $_ip on dev', [4, 24]);

/** Keeps the list of this node's addresses, which nothing of CTDB reads where its script does not: from 4.21 on. */
export const keepsList = ({ replaced }: Told): boolean =>
  replaced.saysSince('my-public-ip-addresses', [4, 21]);

/** Takes the name before a dot for that of a bond, where the link is not known to be over another: up to 4.21. */
export const cutsAtDot = ({ replaced }: Told): boolean => replaced.says('${_t%%.*}', [4, 17]);

/**
 * Whether the script's monitor makes connections to all ports known to ctdbd, and not 60.nfs those to its own alone. The same releases
 * keep my-public-ip-addresses.
 */
export const makesAllKnown = keepsList;
