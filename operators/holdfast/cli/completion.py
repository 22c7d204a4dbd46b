"""`holdfast completion SHELL`, and `kubectl_complete-holdfast`, which kubectl asks for words after `kubectl holdfast`.

All shells ask in one way, typer's for bash: COMP_WORDS and COMP_CWORD in, a word a line out. Typer's own scripts for
zsh and fish load rich at every key.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable

from holdfast.cli.app import COMPLETING
from holdfast.cli.options import Shells
from holdfast.cli.written import say

NO_FILES = ":4"
"""How kubectl is told that no names of files belong among the words (cobra's ShellCompDirectiveNoFileComp)."""

SCRIPTS = {
    Shells.BASH: """\
_holdfast() {
    local IFS=$'\\n'
    COMPREPLY=($(COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD _HOLDFAST_COMPLETE=complete_bash holdfast))
}
complete -o nosort -F _holdfast holdfast""",
    Shells.ZSH: """\
#compdef holdfast
_holdfast() {
    local -a found
    found=("${(@f)$(COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT - 1)) _HOLDFAST_COMPLETE=complete_bash holdfast)}")
    [ -n "$found" ] && compadd -- $found
}
compdef _holdfast holdfast""",
    Shells.FISH: """\
function _holdfast
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -lx COMP_CWORD (count $words)
    set -lx COMP_WORDS (string join ' ' -- (string escape -- $words)) (commandline --current-token --cut-at-cursor)
    set -lx _HOLDFAST_COMPLETE complete_bash
    holdfast
end
complete --command holdfast --no-files --arguments '(_holdfast)'""",
}


def completion(shell: Shells) -> None:
    """Print the shell's lines."""
    say(SCRIPTS[shell])


def for_kubectl(run: Callable[[], None]) -> None:
    """Print the words that may follow those kubectl has passed on, in the form it reads. `run` is the command line."""
    *words, begun = ["holdfast", *(sys.argv[1:] or [""])]
    os.environ.update(
        {
            COMPLETING: "complete_bash",
            "COMP_WORDS": shlex.join([*words, begun]) if begun else shlex.join(words),
            "COMP_CWORD": str(len(words)),
        }
    )
    try:
        run()
    except SystemExit:  # how a command line ends when it has completed
        say(NO_FILES)
