"""The engine's end of the child process in which the program runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from holdfast_lab.process_control.child import wait_or_kill

_GOODBYE_SECONDS = 10.0


class ProgramProcess:
    """A fresh interpreter in the program's folder; it starts to load while the engine still prepares."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        answers, theirs = os.pipe()
        self._answers = os.fdopen(answers)
        command = [sys.executable, "-P", "-m", "holdfast_lab.engine.monitor.program", str(theirs)]
        self._child = subprocess.Popen(
            command, cwd=folder, env=dict(environment), stdin=subprocess.PIPE, pass_fds=(theirs,), text=True
        )
        os.close(theirs)

    def run(self, settings: Mapping[str, Any]) -> int:
        """Run the program once; its exit code, or the process's if the program ended that."""
        try:
            if self._child.stdin:
                self._child.stdin.write(json.dumps(settings) + "\n")
                self._child.stdin.flush()
            answer = self._answers.readline()
        except BrokenPipeError:
            answer = ""
        return int(answer) if answer else self._child.wait() or 1

    def close(self) -> None:
        """End it, hard if it does not listen."""
        if self._child.stdin:
            self._child.stdin.close()
        wait_or_kill(self._child, _GOODBYE_SECONDS)
        self._answers.close()
