"""How the program ends when the engine has had enough of it: at once, and without a word.

After a refusal the engine interrupts the program (SIGINT). Python would answer with a traceback of the language host
below the refusal, where people look first. The engine has said why already, and the exit code says so:
github.com/pulumi/pulumi, sdk/python/cmd/pulumi-language-python-exec.
"""

from __future__ import annotations

import os
import signal
import sys

EVERYTHING_IS_SAID = 32
"""The exit code after which the language host adds no message of its own."""


def leave_quietly() -> None:
    """From now on an interrupt ends this process; called by the program's main thread, before anything else."""
    signal.signal(signal.SIGINT, _leave)


def _leave(_number: int, _frame: object) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(EVERYTHING_IS_SAID)
