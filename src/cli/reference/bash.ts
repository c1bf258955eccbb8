import { allCommands, type CommandInfo } from './describe.ts';
import { argumentCases, flagsOf, indented, keyOf, quoted, valueCases, wordLines } from './shell.ts';

/** The completion for bash 4 and later, without the package bash-completion. */
export function bashCompletion(program: CommandInfo): string {
  const commands = allCommands(program);
  const words = commands.map((command) => {
    const flags = quoted(command.options.flatMap(flagsOf).join(' '));
    const names = quoted(command.commands.map(({ path }) => path.at(-1)).join(' '));
    return `${quoted(keyOf(command))}) options=${flags} commands=${names} ;;`;
  });
  return `# webinterview: completion for bash. Put this into ~/.bashrc:
#   source <(webinterview completion bash)
_webinterview() {
  local current=\${COMP_WORDS[COMP_CWORD]} at='' kind='' option='' count=0 options='' commands='' word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    # --option=value comes in three words.
    [[ $word == = ]] && continue
${indented(wordLines(program), 4)}
  done
  [[ $current == = ]] && current=''
  if [[ -n $kind && ! ($kind == +* && $current == -*) ]]; then
    _webinterview_offer "\${kind#+}" "$current"
    return
  fi
  case "$at" in
${indented(words, 4)}
  esac
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
    return
  fi
  kind=any
  case "$at:$count" in
${indented(argumentCases(program), 4)}
    *) ;;
  esac
  if [[ -n $commands && $count == 0 ]]; then kind="choice $commands"; fi
  _webinterview_offer "$kind" "$current"
}

# What the value of an option is, in kind; the option comes with its command before it.
_webinterview_value() {
  case "$1" in
${indented(valueCases(program), 4)}
    *) kind='' ;;
  esac
}

_webinterview_offer() {
  case "$1" in
    file)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$2")
      ;;
    folder)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -d -- "$2")
      ;;
    room|applicant|link) _webinterview_names "$1" "$2" ;;
    choice*) mapfile -t COMPREPLY < <(compgen -W "\${1#choice }" -- "$2") ;;
    *) COMPREPLY=() ;;
  esac
}

# Names that the database knows, quoted as the shell needs them.
_webinterview_names() {
  local name written=\${2//\\\\/}
  COMPREPLY=()
  while IFS= read -r name; do
    case "$2" in
      [\\'\\"]*) COMPREPLY+=("$name") ;;
      *) COMPREPLY+=("$(printf %q "$name")") ;;
    esac
  done < <("\${COMP_WORDS[0]}" complete "$1" "\${written#[\\'\\"]}" -- "\${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)
}

complete -F _webinterview webinterview
`;
}
