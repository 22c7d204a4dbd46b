"""A child process does not outlive its parent, and one that does not listen is ended hard."""

from __future__ import annotations

import signal
import subprocess
import sys

from holdfast_lab.process_control.child import wait_or_kill

DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); signal.pause()"
FAITHFUL = (
    "import time; from holdfast_lab.process_control.child import leave_with_parent; leave_with_parent(); "
    "print(1, flush=True); time.sleep(60)"
)
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {FAITHFUL!r}]).wait()"


def test_a_child_that_listens_is_waited_for() -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as child:
        child.terminate()
        wait_or_kill(child, 10)
        assert child.returncode == -signal.SIGTERM


def test_a_child_that_does_not_listen_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", DEAF], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"1\n"
        child.terminate()
        wait_or_kill(child, 0.3)
        assert child.returncode == -signal.SIGKILL


def test_a_child_ends_with_its_parent_however_that_ended() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"1\n"
        parent.kill()
        assert parent.stdout.read() == b""  # the pipe closes only when the child, too, has gone
