import { shownCommands } from '../commands/commands.ts';

/** What has bash complete the commands of ctdb-hook, their options and first words. */
export function bashCompletion(): string {
  const names = [...shownCommands.map(([name]) => name), '--help', '--version'];
  const cases = shownCommands.map(([name, { options = {}, choices = [] }]) => {
    const words = [...choices, ...Object.keys(options).map((option) => `--${option}`), '--help'];
    return `\t${name}) words='${words.join(' ')}' ;;\n`;
  });
  return `# Has bash complete the words of ctdb-hook. Made by "ctdb-hook completion".
_ctdb_hook() {
	local words=
	case $COMP_CWORD:\${COMP_WORDS[COMP_CWORD - 1]} in
	1:*) words='${names.join(' ')}' ;;
	*:--dir) words=$(compgen -d -- "\${COMP_WORDS[COMP_CWORD]}") ;;
	2:help) words='${shownCommands.map(([name]) => name).join(' ')}' ;;
	*) case \${COMP_WORDS[1]} in
${cases.join('')}	esac ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}")
}
complete -o default -F _ctdb_hook ctdb-hook
`;
}
