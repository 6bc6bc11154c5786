/** Writes the table of CTDB's event scripts: `write.ts FOLDER`, with a folder for each version of the package below FOLDER. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { eventsOfScript } from './events-of-script.ts';

const table = join(import.meta.dirname, '../../core/event-directory/stock-scripts.ts');
const [folder = ''] = process.argv.slice(2);

/** A script as one or several releases have it. */
interface Known {
  readonly name: string;
  readonly releases: Set<string>;
  readonly events: readonly string[];
}

const known = new Map<string, Known>();
for (const version of readdirSync(folder)) {
  const release = /^(?:\d+:)?(\d+\.\d+)/.exec(version)?.[1] ?? version;
  const scripts = ['usr/share/ctdb/events/legacy', 'etc/ctdb/events/legacy']
    .map((place) => join(folder, version, place))
    .filter((place) => existsSync(place))
    .flatMap((place) =>
      readdirSync(place, { withFileTypes: true })
        .filter((each) => each.isFile()) // Enabled scripts are links to the others.
        .map(({ name }) => join(place, name)),
    );
  for (const path of scripts.filter((each) => each.endsWith('.script')).sort()) {
    const bytes = readFileSync(path);
    const name = basename(path, '.script');
    const found = eventsOfScript(bytes.toString('utf8'));
    if ('why' in found) {
      console.log(`left out: ${name} of ${version}: ${found.why}`);
      continue;
    }
    const hash = createHash('sha256').update(bytes).digest('hex');
    const before = known.get(hash) ?? { name, releases: new Set<string>(), events: found.events };
    before.releases.add(release);
    known.set(hash, before);
  }
}

const byNumber = new Intl.Collator('en', { numeric: true });
const rows = [...known]
  .map(([hash, { name, releases, events }]) => ({
    hash,
    name,
    events,
    releases: [...releases].sort(byNumber.compare),
  }))
  .sort((a, b) => byNumber.compare(a.name + a.releases.join(), b.name + b.releases.join()))
  .map(
    ({ hash, name, releases, events }) =>
      `['${hash}', '${events.join(' ')}'], // ${name} of ${releases.join(', ')}`,
  );
const text = `/**
 * The events that CTDB's event scripts handle, by the SHA-256 of a script: those of Debian's ctdb packages, of its releases and of their
 * security updates. Written by \`.config/stock-scripts/write\`, which reads the scripts.
 */
export const stockScripts: ReadonlyMap<string, string> = new Map([
${rows.join('\n')}
]);
`;
writeFileSync(table, await format(text, { ...(await resolveConfig(table)), parser: 'typescript' }));
console.log(`${rows.length} scripts`);
