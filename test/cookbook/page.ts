import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { recipes, type Recipe } from './recipes.ts';

const beside = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The page of the cookbook: what stands in `README.md` of this folder, made of its files. */
export async function cookbookPage(): Promise<string> {
  const rows = recipes.map(
    ({ name, shows, service, where }) =>
      `| [${name}](#${anchorOf(name)}) | ${shows} | ${service} | ${where} |`,
  );
  const page = `${introduction}
| Recipe | What it shows | Run against | Where |
| --- | --- | --- | --- |
${rows.join('\n')}

${recipes.map(section).join('\n')}`;
  return format(page, { ...(await resolveConfig(beside('README.md'))), parser: 'markdown' });
}

const introduction = `<!-- Made by "sh .config/node test/cookbook/page.ts" of the files beside it. -->

# Cookbook

Plugins for ten services that people run beside CTDB. Copy the one that is nearest to yours with its test, and change it;
[plugins/README.md](../../plugins/README.md) leads from an empty folder to a plugin on a node. Each is tested twice: by the test
kit, which stands below, and in \`real/\` by \`ctdb-hook run\` against the real service, with a client on a public address
(\`npm run test:cookbook\`).

What they have in common:

- **A number below 10 or above it.** All entries run in the order of their numbers, also at \`releaseip\`. One below that of
  10.interface is called while the address is still there: it is for what must have stopped before another node starts it. At
  \`takeip\` it is called before the address is there, so what needs the address waits for \`ipreallocated\`.
- **Once for each takeover.** What has to be done when addresses move is done at \`ipreallocated\`, from \`addresses()\`, which is what
  the node holds now. So it is right after a restart too, and may be done twice.
- **A service's own trouble fails \`startup\` and \`monitor\`, and nothing else.** ctdbd repeats a takeover run that failed, and bans
  the node in the end. So the recipes say what is wrong, and \`monitor\` gives the addresses to another node.
- **monitor asks the service what a client asks.** That a process is there says little, and health pages and exit statuses of init
  scripts say less than one would think: each recipe says what it found.
- **What would be no better elsewhere makes no node unhealthy**: a shared backend that is down, a configuration that is wrong on all
  nodes, storage that is full.
`;

/** Markdown's name of a heading's place. */
const anchorOf = (heading: string): string => heading.replaceAll('.', '');

function section({ name }: Recipe): string {
  const plugin = readFileSync(beside(`${name}.ts`), 'utf8');
  const test = readFileSync(beside(`${name}.test.ts`), 'utf8');
  return `## ${name}

${descriptionOf(name, plugin)}

Its test, [${name}.test.ts](${name}.test.ts):

\`\`\`ts
${test}\`\`\`

The plugin, [${name}.ts](${name}.ts), which was [run for real](${realTestOf(name)}):

\`\`\`ts
${plugin}\`\`\`
`;
}

const realTestOf = (name: string): string => recipes.find((each) => each.name === name)?.realTest ?? '';

/** What the comment above the plugin says. @throws Error if there is none */
function descriptionOf(name: string, plugin: string): string {
  const [, comment] = /\/\*\*((?:(?!\*\/).)*)\*\/\nexport default/s.exec(plugin) ?? [];
  if (comment === undefined) throw new Error(`${name}.ts has no comment above "export default"`);
  return comment.replaceAll(/^ *\* ?/gm, '').trim();
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(beside('README.md'), await cookbookPage());
