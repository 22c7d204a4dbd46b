"""`holdfast`, `kubectl holdfast` and `python -m holdfast`: one command line under each name."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from pathlib import PurePath

gc.disable()  # nothing that is loaded is garbage
try:
    from holdfast.cli.app import COMMANDS, COMPLETING, build, reach_of
    from holdfast.cli.groups import NONE
except (
    ModuleNotFoundError
) as missing:  # installed with the extra `client` alone: a program's, without commands
    raise SystemExit(f"holdfast: the commands need {missing.name}: pip install 'holdfast[cli]'") from missing
finally:
    gc.enable()

A_BUG = 70
"""Exit status where the mistake is ours, as sysexits.h has it."""
PROCESSES = ("operator", "agent")
"""Their traces belong into a log."""
LASTING = (*PROCESSES, "console")
"""They end as their threads and servers let them."""


def main() -> None:
    """Run the command line and be gone.

    A command that is loaded for one answer makes no garbage worth collecting, and to take its interpreter apart takes
    a fifth of all it costs: it ends as soon as everything is written.
    """
    reach = reach_of(_words())
    quick = reach == NONE or COMPLETING in os.environ or (reach in COMMANDS and reach not in LASTING)
    if quick:
        gc.disable()  # until the command itself runs (cli.commands)
    try:
        command_line()
    except SystemExit as left:
        if quick and isinstance(left.code, int | None) and _written():
            os._exit(left.code or 0)
        raise


def _written() -> bool:
    """Whether all that was said has left the process."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # the reader of a pipe is gone: the interpreter knows what to do
        return False
    return True


def command_line() -> None:
    """Run the command line; nobody who types is shown a trace. Raises SystemExit."""
    _write_what_the_locale_lacks_as_escapes()
    called = PurePath(sys.argv[0]).name
    name = "kubectl holdfast" if called == "kubectl-holdfast" else "holdfast"
    try:
        build(reach_of(_words()))(prog_name=name, complete_var=COMPLETING)
    except Exception as error:
        if os.environ.get("HOLDFAST_TRACE") or sys.argv[1:2] in ([each] for each in PROCESSES):
            raise
        words = " ".join(f"{type(error).__name__}: {error}".split())
        sys.stderr.write(f"{name}: this is a mistake of ours: {words.encode('unicode_escape').decode()}\n")
        sys.stderr.write("HOLDFAST_TRACE=1 shows where; please report it with that.\n")
        raise SystemExit(A_BUG) from error


def _words() -> list[str]:
    """The words after the program's own: those that were typed, or that a shell wants completed."""
    if COMPLETING not in os.environ:
        return sys.argv[1:]
    typed, place = os.environ.get("COMP_WORDS", "").split(), os.environ.get("COMP_CWORD", "1")
    return [*typed[1:], ""] if place == str(len(typed)) else typed[1:]


def complete_for_kubectl() -> None:
    """`kubectl_complete-holdfast`: the words that may follow."""
    import_module("holdfast.cli.completion").for_kubectl(command_line)


def _write_what_the_locale_lacks_as_escapes() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


if __name__ == "__main__":
    main()
