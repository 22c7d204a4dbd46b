"""A command on a terminal of its own: what a person sees, and types."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping


def seen(
    words: list[str], environment: Mapping[str, str], *, columns: int, typed: str = ""
) -> tuple[int, str]:
    """The exit status and all that was written on a terminal of so many columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    surroundings = {**os.environ, "TERM": "xterm-256color", **environment}
    for name in ("COLUMNS", "LINES"):
        surroundings.pop(name, None)
    child = subprocess.Popen(
        [sys.executable, "-m", "holdfast", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=surroundings,
    )
    os.close(theirs)
    os.write(ours, typed.encode())
    told = _all(ours)
    os.close(ours)
    return child.wait(30), told.replace("\r\n", "\n")


def _all(terminal: int) -> str:
    """What is written until the other side has left."""
    told = b""
    while True:
        try:
            piece = os.read(terminal, 65_536)
        except OSError:  # how Linux says that nobody holds the other side any more
            return told.decode(errors="replace")
        if not piece:
            return told.decode(errors="replace")
        told += piece
