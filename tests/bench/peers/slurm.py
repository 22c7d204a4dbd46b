"""Slurm's controller as a peer: advance reservations over 15,625 nodes, from Debian's packages, on loopback.

There are no node daemons: a reservation needs none. A filled state is built once and kept (`cache.py`), since filling
4,000 reservations takes minutes.
"""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.cache import cached
from tests.bench.trace import DENSE, Asked, trace
from tests.builders import HOUR, NOW

PROGRAMS = ("slurmctld", "scontrol")
MISSING = "slurmctld is not installed (Debian: apt install slurmctld slurm-client slurm-wlm-basic-plugins)"
READY_SECONDS, END_SECONDS = 60.0, 20.0
CONFIGURATION = """\
ClusterName=bench
SlurmctldHost={host}(127.0.0.1)
CommunicationParameters=NoCtldInAddrAny
SlurmUser={user}
SlurmctldPort={port}
AuthType=auth/none
CredType=cred/none
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}
SlurmctldPidFile={folder}/pid
SlurmctldLogFile={folder}/log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/linear
SchedulerType=sched/builtin
SuspendProgram=/bin/true
ResumeProgram=/bin/true
SuspendTime=INFINITE
NodeName=n[00000-15624] NodeAddr=127.0.0.1 CPUs=1 State=CLOUD
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def installed() -> bool:
    """Whether the programs are there."""
    return all(shutil.which(program) for program in PROGRAMS)


class Slurm:
    """A running controller, spoken to by one `scontrol` that stays."""

    def __init__(self, folder: Path) -> None:
        self._asks: Iterator[Asked] = trace(5, DENSE)
        self._environment = {**os.environ, "SLURM_CONF": str(_configured(folder))}
        self._controller = subprocess.Popen(
            ["slurmctld", "-D"], env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._await()
        self._speaker = subprocess.Popen(
            ["scontrol"], env=self._environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, bufsize=1,
        )  # fmt: skip

    def create(self, name: str) -> None:
        """One reservation of whole nodes, drawn from the trace."""
        asked = next(self._asks)
        start = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(NOW + asked.start * HOUR))
        self._say(
            f"create reservation reservationname={name} users={getpass.getuser()} nodecnt={asked.units} "
            f"starttime={start} duration={asked.hours * 60} flags=MAINT",
            "Reservation created",
        )

    def delete(self, name: str) -> None:
        """Take one out again."""
        subprocess.run(["scontrol", "delete", f"reservationname={name}"], env=self._environment, check=True)

    def fill(self, count: int) -> None:
        """So many reservations in all."""
        for number in range(self.existing(), count):
            self.create(f"live-{number}")

    def existing(self) -> int:
        """How many there are."""
        told = subprocess.run(
            ["scontrol", "-o", "show", "reservation"],
            env=self._environment, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return told.stdout.count("ReservationName=")

    def cpu(self) -> float:
        """CPU seconds the controller has used so far."""
        fields = Path(f"/proc/{self._controller.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        """Stop both; the controller saves its state."""
        self._speaker.kill()
        self._controller.terminate()
        try:
            self._controller.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._controller.kill()
        self._speaker.wait()
        self._controller.wait()

    def _say(self, command: str, expected: str) -> None:
        if self._speaker.stdin is None or self._speaker.stdout is None:
            raise AssertionError("scontrol has no ends to speak with")
        self._speaker.stdin.write(command + "\n")
        for told in self._speaker.stdout:
            if expected in told:
                return
            if "rror" in told:
                break
        raise AssertionError(f"slurm refused: {command}: {told}")

    def _await(self) -> None:
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until and self._controller.poll() is None:
            told = subprocess.run(
                ["scontrol", "ping"], env=self._environment, check=False, capture_output=True, text=True
            )
            if "is UP" in told.stdout:
                return
            time.sleep(0.2)
        self._controller.kill()
        raise AssertionError("slurmctld did not come up")


@contextmanager
def filled(folder: Path, existing: int) -> Iterator[Slurm]:
    """A controller with so many reservations: from the kept state, or filled now and kept."""
    kept = cached(f"slurm-{existing}")
    if kept.exists():
        shutil.copytree(kept, folder / "state")
    slurm = Slurm(folder)
    try:
        slurm.fill(existing)
        yield slurm
    finally:
        slurm.end()
    if not kept.exists():
        shutil.copytree(folder / "state", kept)


def _configured(folder: Path) -> Path:
    (folder / "state").mkdir(parents=True, exist_ok=True)
    path = folder / "slurm.conf"
    path.write_text(
        CONFIGURATION.format(
            host=socket.gethostname(), user=getpass.getuser(), port=_free_port(), folder=folder
        )
    )
    return path


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
