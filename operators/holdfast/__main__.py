"""`holdfast`, `kubectl holdfast` and `python -m holdfast`: one command line under each name."""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import sys
from importlib import import_module
from pathlib import Path, PurePath
from typing import TextIO

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
UNREAD, NOT_WRITTEN = 1, 2
"""Exit status where the answer had no reader any more, and where it could not be written."""
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""How a write fails. Commands that write files of their own say so themselves: what gets further is the answer."""
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
        if unwritten := _unwritten():
            raise SystemExit(_lost(unwritten)) from left
        if quick and isinstance(left.code, int | None):
            os._exit(left.code or 0)
        raise


def _unwritten() -> OSError | None:
    """Why not all that was said has left the process, if so; what is left of it is let go."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as error:  # the reader of a pipe is gone, a disk is full
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            return error
    return None


def _lost(error: OSError) -> int:
    """The exit status where an answer could not be written: a reader who has left knows of it, any other is told."""
    if isinstance(error, BrokenPipeError):
        return UNREAD
    words = f"the answer could not be written to standard output: {error.strerror or error}; it is lost or cut short"
    with contextlib.suppress(OSError):  # errors may have no place either
        sys.stderr.write(f"holdfast: {words}\n")
    return NOT_WRITTEN


def command_line() -> None:
    """Run the command line; nobody who types is shown a trace. Raises SystemExit."""
    called = PurePath(sys.argv[0]).name
    name = "kubectl holdfast" if called == "kubectl-holdfast" else "holdfast"
    _take_streams(name)
    try:
        build(reach_of(_words()))(prog_name=name, complete_var=COMPLETING)
    except Exception as error:
        if isinstance(error, OSError) and error.filename is None and error.errno in NO_ROOM:
            raise SystemExit(_lost(error)) from error
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


def _take_streams(name: str) -> None:
    """What the locale lacks is written as escapes. A closed output is no place for an answer; a process has none."""
    closed = sys.stdout is None
    sys.stdout, sys.stderr = sys.stdout or _nowhere(), sys.stderr or _nowhere()
    if closed and sys.argv[1:2] not in ([each] for each in LASTING):
        sys.stderr.write(
            f"{name}: standard output is closed, so nothing was done: say where the answer goes\n"
        )
        raise SystemExit(NOT_WRITTEN)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


if __name__ == "__main__":
    main()
