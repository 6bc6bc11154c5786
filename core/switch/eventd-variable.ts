import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dropInPath, judgeDropIn, type Systemd } from './drop-in.ts';

/** The files and lines that set CTDB_EVENTD for ctdbd, such as `/etc/default/ctdb:3`. Our own settings are left out. */
export function placesOfVariable(systemd: Systemd, sysEtcDir: string): string[] {
  const drops = join(systemd.directory, 'ctdb.service.d');
  const settings = existsSync(drops) ? readdirSync(drops).filter((name) => name.endsWith('.conf')) : [];
  const files = [
    ...settings.sort().map((name) => join(drops, name)),
    join(systemd.directory, 'ctdb.service'),
    ...['default', 'sysconfig'].map((name) => join(sysEtcDir, name, 'ctdb')),
  ];
  const isOurs = judgeDropIn(systemd) !== 'theirs';
  return files.filter((file) => !isOurs || file !== dropInPath(systemd)).flatMap(linesWithVariable);
}

function linesWithVariable(file: string): string[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line, index) =>
    /^\s*[^#;\s].*\bCTDB_EVENTD=|^\s*CTDB_EVENTD=/.test(line) ? [`${file}:${index + 1}`] : [],
  );
}
