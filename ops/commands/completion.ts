import { type Command, createArgument } from 'commander';

const SHELLS = ['bash', 'zsh'] as const;

/** `completion`: prints a script that completes commands and options in a shell. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .summary('print a script that completes commands and options: bash or zsh')
    .description(
      'Prints a script for your shell, for the command video-deletion: eval "$(npx video-deletion completion bash)". Needs no system and no settings.',
    )
    .addArgument(createArgument('<shell>', 'your shell').choices(SHELLS))
    .action((shell: (typeof SHELLS)[number]) => {
      process.stdout.write(scriptFor(program, shell));
    });
}

function scriptFor(program: Command, shell: (typeof SHELLS)[number]): string {
  const commands = program.commands.map((command) => command.name()).sort();
  const cases = program.commands.map((command) => `    ${command.name()}) words="${optionsOf(program, command)}" ;;`);
  const bash = [
    '_video_deletion() {',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
    '  local current="${COMP_WORDS[COMP_CWORD]}" words="" word',
    `  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do case "$word" in`,
    ...cases,
    '  esac; done',
    `  [ -n "$words" ] || words="${commands.join(' ')} ${longOf(program)}"`,
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '}',
    'complete -F _video_deletion video-deletion',
  ];
  const before = shell === 'zsh' ? ['autoload -U +X bashcompinit && bashcompinit'] : [];
  return `${[...before, ...bash].join('\n')}\n`;
}

function optionsOf(program: Command, command: Command): string {
  const choices = [...command.options, ...command.registeredArguments].flatMap(({ argChoices }) => argChoices ?? []);
  return [longOf(command), longOf(program), ...choices].filter(Boolean).join(' ');
}

const longOf = ({ options }: Command) => options.flatMap(({ long }) => long ?? []).join(' ');
