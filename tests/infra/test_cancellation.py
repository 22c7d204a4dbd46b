"""An interrupted program leaves the refusal as the last thing that was said."""

from __future__ import annotations

import signal
import subprocess
import sys

PROGRAM = """
import signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell takes from what it starts in the background
{first}
print("ready", flush=True)
for _ in range(600):
    time.sleep(0.1)  # one long sleep would sleep on where the signal comes just before it begins
"""
QUIETLY = "from holdfast_infra.cancellation import leave_quietly; leave_quietly()"


def interrupted(first: str) -> tuple[int, str]:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(first=first)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout
        assert child.stdout.readline() == "ready\n"
        child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=30)
    return child.returncode, said


def test_an_interrupted_program_says_nothing_more_and_that_everything_is_said() -> None:
    assert interrupted(QUIETLY) == (32, "")
    assert "KeyboardInterrupt" in interrupted("")[1]
