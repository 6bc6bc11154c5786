import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPluginName } from '../../core/scaffold/plugin-name.ts';
import { proposeFor } from '../../core/scaffold/from-script/from-script.ts';
import { hook, HookNode } from '../support/hook-node.ts';
import { plant, temporaryDirectory } from '../support/temporary-directory.ts';
import { compile, projectFolder } from './checked-project.ts';

const name = readPluginName('55.x', []);

/** The plugin that is proposed for a script. */
const pluginFor = (script: string): string => proposeFor(name, '55.x.script', script).plugin;

/** A script with these commands at one event, and these before its `case`. */
const scriptFor = (commands: string, event = 'startup', before = ''): string =>
  `#!/bin/sh\n${before}\ncase "$1" in\n${event})\n${commands}\n;;\nesac\nexit 0\n`;

/** The lines of the handler of an event, without indentation. */
function handlerOf(plugin: string, event: string): readonly string[] {
  const [, body = ''] =
    new RegExp(`^  (?:async )?${event}\\(.*\\) \\{\n([^]*?)^  \\},$`, 'm').exec(plugin) ?? [];
  return body
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

describe('what is understood', () => {
  test.each([
    ['service vsftpd restart', "await service.restart('vsftpd');"],
    ['service "vsftpd" stop >/dev/null 2>&1', "await service.stop('vsftpd', { quiet: true });"],
    ['ipvsadm -D -t "$CTDB_LVS_IP:80"', "await act(['ipvsadm', '-D', '-t', `${options.CTDB_LVS_IP}:80`]);"],
    ["echo 'it`s $HOME'", "log('it`s $HOME');"],
    ['echo "a ${CTDB_X}"  b', 'log(`a ${options.CTDB_X} b`);'],
    ['die "no way"', "throw new Failure('no way');"],
    ['killall x || true', "await act(['killall', 'x']);"],
    ['[ -n "$CTDB_X" ] || exit 0', "if (options.CTDB_X === '') {|return;|}"],
    ['[ "$CTDB_X" = yes ] && service x start', "if (options.CTDB_X === 'yes') {|await service.start('x');|}"],
    ['tgtd || exit $?', "if (!(await act(['tgtd'])).ok) {|throw new Failure('tgtd failed');|}"],
    ['a && b || die c', "if (!((await act(['a'])).ok && (await act(['b'])).ok)) {|throw new Failure('c');|}"],
    [
      '! [ -x /sbin/x ] && exit 3',
      "if (!((await files.isExecutable('/sbin/x')))) {|throw new Failure('');|}",
    ],
    [
      'if a\nthen b\nelif [ -z "$CTDB_X" ]; then :\nelse c\nfi',
      "if ((await act(['a'])).ok) {|await act(['b']);|} else if (options.CTDB_X === '') {|} else {|await act(['c']);|}",
    ],
  ])('%s', (commands, lines) => {
    const shown = handlerOf(pluginFor(scriptFor(commands)), 'startup').join('|');
    expect(shown).toBe(lines);
  });

  test('a branch of two events is two handlers, and the third of their kind is made', () => {
    const plugin = pluginFor(scriptFor('announce "$2" "${3}" $4', 'takeip|releaseip'));
    expect(handlerOf(plugin, 'takeip')).toEqual(['unfinished(1);', '// 5: announce "$2" "${3}" $4']);
    const quoted = pluginFor(scriptFor('announce "$2" "${3}" "$4"', 'takeip|releaseip'));
    const line = "await act(['announce', iface, ip, String(maskBits)]);";
    expect(handlerOf(quoted, 'takeip')).toEqual([line]);
    expect(handlerOf(quoted, 'releaseip')).toEqual([line]);
    expect(handlerOf(quoted, 'ipreallocated')).toEqual(['// The script does nothing here.']);
  });

  test('options have the defaults that the script gives them', () => {
    const before = '[ -n "$CTDB_A" ] || CTDB_A=a\n: "${WEB_B:=b c}"\nD=x';
    const plugin = pluginFor(scriptFor('echo "$CTDB_A ${WEB_B:-b c} $CTDB_C $D $HOME_D"', 'startup', before));
    expect(plugin).toContain(
      "  options: z.object({\n    CTDB_A: option.text('a'),\n    CTDB_C: option.text(''),\n    WEB_B: option.text('b c'),\n  }),\n",
    );
    const { options } = proposeFor(
      name,
      'x',
      scriptFor('echo "$CTDB_X"', 'startup', '[ -n "$CTDB_X" ] || CTDB_X="it\'s"'),
    );
    expect(options).toContain("#CTDB_X='it'\\''s'\n");
  });

  test('functions of the script are put where they are called; what is before the case comes first', () => {
    const before = 'stop_it ()\n{\n\tservice x stop\n}\n[ -n "$CTDB_X" ] || exit 0';
    expect(handlerOf(pluginFor(scriptFor('stop_it\nstop_it', 'shutdown', before)), 'shutdown')).toEqual([
      "if (options.CTDB_X === '') {",
      'return;',
      '}',
      "await service.stop('x');",
      "await service.stop('x');",
    ]);
  });
});

describe('what is not understood', () => {
  test.each([
    'x=$(hostname)',
    'echo $CTDB_X',
    'ls *.conf',
    'cd /tmp',
    'a | b',
    'a &',
    'A=1 b',
    'a >/var/log/x',
    'ctdb_set_up_magic',
    'echo -n x',
    'echo "a\\tb"',
    'for i in 1 2; do a; done',
    'while a; do b; done',
    '[ a = a ] && b',
    '[ "$CTDB_X" -ge 1 ] && b',
    '$CTDB gratarp 10.0.0.1 eth0',
    'eval "$CTDB_X"',
    '~/x',
    '{a,b}',
    'exit $?',
  ])('"%s" stays as a comment, and its event fails until it is translated', (command) => {
    const plugin = pluginFor(scriptFor(command));
    expect(handlerOf(plugin, 'startup')).toEqual(['unfinished(1);', `// 5: ${command}`]);
  });

  test('an event at which addresses leave goes on, and says it', () => {
    expect(handlerOf(pluginFor(scriptFor('some_thing', 'releaseip')), 'releaseip')).toEqual([
      "log('1 line of 55.x.script still to be translated: see the comments');",
      '// 5: some_thing',
    ]);
  });

  test('a script that is none is a comment whole, and says where the parser stopped', () => {
    const plugin = pluginFor('#!/bin/sh\nif true\n');
    expect(plugin).toMatch(/^\/\/ Nothing was understood: line 3: /m);
    expect(plugin).toContain('\n// 2: if true\n');
    expect(pluginFor('service x start\n')).toContain(
      '// Nothing was understood: there is no case "$1" whose branches would be the events\n',
    );
  });

  test('after shift nobody knows what "$2" is', () => {
    expect(handlerOf(pluginFor(scriptFor('a "$2"', 'takeip', 'shift')), 'takeip')).toContain('// 5: a "$2"');
  });
});

/** Shell as nobody writes it: pieces of it in any order, and texts that would end a comment or a text in TypeScript. */
const piece = fc.oneof(
  fc.constantFrom(
    ...[
      'case "$1" in',
      'monitor)',
      'takeip|releaseip)',
      '*)',
      ';;',
      'esac',
      'if',
      'then',
      'else',
      'fi',
      '{',
      '}',
      '()',
      'f ()',
      '&&',
      '||',
    ],
    ...[
      '|',
      '&',
      ';',
      '\n',
      '\n',
      'exit',
      '$?',
      'die',
      'echo',
      'service',
      'start',
      '[',
      ']',
      '-n',
      '=',
      '$(',
      ')',
      '`',
      '"',
      "'",
      '\\',
      '<<E',
    ],
    ...[
      'E\n',
      '$CTDB_X',
      '"$CTDB_X"',
      '${CTDB_Y:-z}',
      '"$2"',
      'x=1',
      '*/',
      '/*',
      '//',
      '${',
      '</script>',
      '\r',
      '\u2028',
      '\u0000',
      '#',
      '!',
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const hostile = fc.oneof(
  fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(' ')),
  fc.array(piece, { maxLength: 12 }).map((pieces) => scriptFor(pieces.join(' '), 'monitor')),
  fc
    .array(piece, { maxLength: 4 })
    .map((pieces) => scriptFor(`echo '${pieces.join('')}'\ndie "${pieces.join('')}"`)),
);

describe('whatever a script is', () => {
  test('what is proposed passes the compiler', async () => {
    const folder = projectFolder();
    plant(folder, { '56.other.script': scriptFor('service x start') });
    await new HookNode().hook('new', '--from', join(folder, '56.other.script'), folder);
    for (const [index, script] of fc.sample(hostile, 150).entries()) {
      const { plugin, test: itsTest } = proposeFor(readPluginName(`55.x${index}`, []), 'x', script);
      plant(folder, { [`55.x${index}.ts`]: plugin, [`55.x${index}.test.ts`]: itsTest });
    }
    expect(await compile(folder)).toBe('');
  });

  test('each line with a command that no plugin has stays as a comment with its number', () => {
    const marked = fc.array(
      fc.oneof(
        piece,
        fc.constant('\nunknown_command\n'),
        fc.constant('\n\tif [ -n "$CTDB_X" ] ; then unknown_command\nfi\n'),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(marked, fc.boolean(), (pieces, isWhole) => {
        const body = pieces.join(' ');
        const script = isWhole ? body : scriptFor(body, 'monitor');
        const plugin = pluginFor(script);
        for (const [index, line] of script.split('\n').entries()) {
          const isThere =
            index === 0 ||
            !/^\s*unknown_command\s*$/.test(line) ||
            plugin.includes(`// ${index + 1}: ${line.trimEnd()}`);
          if (!isThere) throw new Error(`line ${index + 1} is lost:\n${script}\n---\n${plugin}`);
        }
      }),
    );
  });

  test('what is not understood stands there although the script ends before it', () => {
    const script = scriptFor(
      'exit\nunknown_command\nif [ -n "$CTDB_X" ] ; then\nunknown_command\nfi',
      'monitor',
    );
    const lines = script.split('\n').map((line, index) => `// ${index + 1}: ${line}`);
    const open = lines.filter((line) => line.endsWith('unknown_command'));
    expect(open).toHaveLength(2);
    for (const line of open) expect(pluginFor(script)).toContain(line);
    expect(pluginFor(script)).not.toContain('unfinished(');
  });

  test('its size is bounded, and how deep functions are put into each other', async () => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, '55.x.script'), '#'.repeat(300 * 1024));
    expect(await new HookNode().hook('new', '--from', join(folder, '55.x.script'), folder)).toMatchObject({
      status: 1,
      output: `ctdb-hook: new: ${folder}/55.x.script has more than 262144 bytes, and is no event script\n`,
    });
    const doubling = Array.from(
      { length: 30 },
      (_, index) => `f${index} () {\nf${index + 1}\nf${index + 1}\n}`,
    ).join('\n');
    expect(pluginFor(scriptFor('f0', 'startup', doubling)).length).toBeLessThan(100_000);
    expect(pluginFor(scriptFor('f', 'startup', 'f () {\nf\n}'))).toContain('f');
  });
});

test('the name is that of the script if none is given; a script that is not there is told', async () => {
  const folder = temporaryDirectory();
  plant(folder, { '40.ftp.script': scriptFor('service ftp start') });
  const { status, output } = await new HookNode().hook(
    'new',
    '--from',
    join(folder, '40.ftp.script'),
    folder,
  );
  expect({ status, output }).toEqual({
    status: 0,
    output: `cd ${folder} && ${hook} node --test\n${hook} try 40.ftp.ts\nnpm install && npm test\n`,
  });
  expect(await new HookNode().hook('new', '41.x', folder, '--from', join(folder, 'none'))).toMatchObject({
    status: 1,
    output: `ctdb-hook: new: ENOENT: no such file or directory, open '${folder}/none'\n`,
  });
});
