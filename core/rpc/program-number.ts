/**
 * The number of an RPC program. The name is looked up in the text of /etc/rpc, rpc(5), or is the number itself. Undefined
 * if it is neither.
 */
export function programNumber(name: string, rpcFile: string): number | undefined {
  if (/^\d{1,10}$/.test(name) && Number(name) < 2 ** 32) return Number(name);
  for (const line of rpcFile.split('\n')) {
    const [first = '', number = '', ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/);
    if ((first === name || aliases.includes(name)) && /^\d{1,10}$/.test(number)) return Number(number);
  }
  return undefined;
}
