/** What a project of plugins needs to know of this installation of ctdb-hook. */
export interface Installation {
  /** What the project's tsconfig.json extends: a path, or a name that the compiler finds from there. */
  readonly settings: string;
  /** How a person calls ctdb-hook from the project. */
  readonly command: string;
  /** How scripts of its package.json do. */
  readonly inScripts: string;
  /** The versions of npm's packages that the compiler needs; those by which ctdb-hook itself is compiled. */
  readonly typescript: string;
  readonly nodeTypes: string;
}

/** package.json of a project that has none. */
export const packageText = (folder: string, { inScripts, typescript, nodeTypes }: Installation): string =>
  asJson({
    name:
      folder
        .toLowerCase()
        .replaceAll(/[^a-z0-9-]+/g, '-')
        .replace(/^-+|-+$/g, '') || 'plugins',
    private: true,
    type: 'module',
    scripts: { test: `tsc && ${inScripts} node --test` },
    devDependencies: { '@types/node': nodeTypes, typescript },
  });

/** tsconfig.json of a project that has none. */
export const settingsText = ({ settings }: Installation): string =>
  asJson({ extends: settings, include: ['**/*.ts'] });

/** README.md of a project that has none: how its plugins are tested, tried and put on a node. */
export const readmeText = (folder: string, { command }: Installation): string => `\
# ${folder}

Plugins for the nodes of a CTDB cluster, run by ctdb-hook. Each is one file, \`NN.name.ts\`; \`NN.name.options\` has its options, and
\`NN.name.test.ts\` is its test.

| Command                           | What it does                                                                      | Needs                         |
| --------------------------------- | --------------------------------------------------------------------------------- | ----------------------------- |
| \`${command} node --test\`          | runs the tests, on the Node that nodes have                                         | nothing more                  |
| \`${command} try NN.name.ts\`       | a node's whole life in throwaway namespaces, with a client; \`--watch\` after each save | user namespaces, or root      |
| \`npm install && npm test\`         | checks the types, then runs the tests                                               | npm, a network the first time |

Types are checked by TypeScript, which does not come with ctdb-hook: npm fetches it, and editors bring their own.

Onto a node: copy \`NN.name.ts\`, and files of your own that it imports, into \`/etc/ctdb/events/legacy\`, and make it executable.
\`NN.name.options\` belongs beside it.
`;

const asJson = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
