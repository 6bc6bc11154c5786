/**
 * The text of CTDB_SAMBA_INTERFACES_FILE, which smb.conf includes: smbd listens on these interfaces and no others.
 *
 * `dynamic` makes smbd follow the addresses as they come and go.
 */
export function interfacesFile(interfaces: readonly string[], extra: string): string {
  const dynamic = interfaces.map((iface) => ` "${iface};options=dynamic"`).join('');
  const others = extra === '' ? '' : ` ${extra}`;
  return `    bind interfaces only = yes\n    interfaces = lo ${dynamic}${others}\n`;
}
