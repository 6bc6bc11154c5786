/** Which events some scripts of CTDB 4.17 handle, in the order of their text: what an administrator can declare for them. */
export const handledEvents: Readonly<Record<string, readonly string[]>> = {
  '01.reclock': ['init'],
  '05.system': ['monitor'],
  '11.natgw': ['setup', 'startup', 'ipreallocated', 'shutdown', 'monitor'],
  '11.routing': ['ipreallocated', 'updateip'],
  '13.per_ip_routing': ['startup', 'shutdown', 'takeip', 'updateip', 'releaseip', 'ipreallocated'],
  '20.multipathd': ['monitor'],
};
