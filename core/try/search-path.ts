/** Where programs are looked for: an ordinary user's PATH often lacks the directories of ip and nft. */
export const searchPath = [
  process.env['PATH'] ?? '',
  '/usr/local/sbin',
  '/usr/sbin',
  '/sbin',
  '/usr/bin',
  '/bin',
]
  .filter((directory) => directory !== '')
  .join(':');
