import { allCommands, type CommandInfo } from './describe.ts';
import { argumentCases, flagsOf, indented, keyOf, quoted, valueCases, wordLines } from './shell.ts';

/** The completion for zsh, to be sourced after compinit or kept as the file _webinterview in a folder of fpath. */
export function zshCompletion(program: CommandInfo): string {
  const commands = allCommands(program);
  return `#compdef webinterview
# webinterview: completion for zsh. Put this into ~/.zshrc, after compinit:
#   source <(webinterview completion zsh)
_webinterview() {
  local at='' kind='' count=0 word i
  local -a options commands
  for ((i = 2; i < CURRENT; i++)); do
    word=\${words[i]}
${indented(wordLines(program), 4)}
  done
  if [[ $PREFIX == --*=* ]]; then
    _webinterview_value "$at \${PREFIX%%=*}"
    compset -P 1 '*='
    _webinterview_offer "\${kind#+}"
    return
  fi
  if [[ -n $kind && ! ($kind == +* && $PREFIX == -*) ]]; then
    _webinterview_offer "\${kind#+}"
    return
  fi
  case "$at" in
${indented(commands.map(wordsOf), 4)}
  esac
  if [[ $PREFIX == -* ]]; then
    _describe -o option options
    return
  fi
  if (( \${#commands} && count == 0 )); then
    _describe command commands
    return
  fi
  kind=any
  case "$at:$count" in
${indented(argumentCases(program), 4)}
    *) ;;
  esac
  _webinterview_offer "$kind"
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
    file) _files ;;
    folder) _files -/ ;;
    room|applicant|link)
      local -a names
      names=("\${(@f)$("\${words[1]}" complete "$1" "\${(Q)PREFIX}" -- "\${(@Q)words[2,CURRENT-1]}" 2>/dev/null)}")
      names=("\${(@)names:#}")
      if (( \${#names} )); then compadd -- "\${names[@]}"; fi
      ;;
    choice*) compadd -- \${=1#choice } ;;
    *) _message 'a value' ;;
  esac
}

if [[ \${funcstack[1]} == _webinterview ]]; then
  _webinterview "$@"
else
  compdef _webinterview webinterview
fi
`;
}

function wordsOf(command: CommandInfo): string {
  const options = command.options.flatMap((option) =>
    flagsOf(option).map((flag) => described(flag, option.description)),
  );
  const commands = command.commands.map(({ path, description }) => described(path.at(-1) ?? '', description));
  return `${quoted(keyOf(command))}) options=(${options.join(' ')}) commands=(${commands.join(' ')}) ;;`;
}

/** _describe parts a word from its description at the first colon. */
const described = (word: string, description: string) =>
  quoted(`${word.replaceAll(':', '\\:')}:${description}`);
