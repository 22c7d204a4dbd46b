"""cli: what a command costs before it does anything, and what asking a server costs beside kubectl in the same run.

CPU of the whole process, started cold each time: what a person waits for, and what a shell's completion costs a key.
A reading is the least of three starts, ours and kubectl's alike: what others do on the machine only ever adds, and to a
fifth of a second it adds a half.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from tests.bench.api_server import BARE, hub
from tests.bench.figure import Line, Readings, at_most, times_better
from tests.bench.repeats import repeated
from tests.bench.workload import Form, Workload

from holdfast_lab.programs import ensure_programs
from holdfast_lab.progress import Progress

PROGRAM = str(Path(sys.executable).with_name("holdfast"))
COLD_SECONDS = 0.150
_AT_MOST_2_5_TIMES = times_better(1 / 2.5)
COMPLETING = {"_HOLDFAST_COMPLETE": "complete_bash", "COMP_WORDS": "holdfast li", "COMP_CWORD": "1"}
COLD: Mapping[str, tuple[Sequence[str], Mapping[str, str]]] = {
    "holdfast --help": (("--help",), {}),
    "holdfast reserve --help": (("reserve", "--help"), {}),
    "a usage error": (("stauts",), {}),
    "completion of a word": ((), COMPLETING),
}
"""What is asked of no server: words and environment."""
ASKING = {"list": ("list", "-A"), "pools": ("pools",), "list, json": ("list", "-A", "-o", "json")}
KUBECTL = {
    "list": ("get", "cares", "-A"),
    "pools": ("get", "acceleratorpools"),
    "list, json": ("get", "cares", "-A", "-o", "json"),
}


STARTS = 3


def _spent(command: list[str], environment: Mapping[str, str]) -> float:
    """The least CPU seconds of some starts."""
    return min(_once(command, environment) for _ in range(STARTS))


def _once(command: list[str], environment: Mapping[str, str]) -> float:
    """CPU seconds of a program from its start to its end; what it says is thrown away."""
    quiet = [(os.POSIX_SPAWN_OPEN, each, os.devnull, os.O_WRONLY, 0) for each in (1, 2)]
    child = os.posix_spawn(command[0], command, {**os.environ, **environment}, file_actions=quiet)
    _, _, used = os.wait4(child, 0)
    return used.ru_utime + used.ru_stime


def _cold() -> dict[str, float]:
    return {what: _spent([PROGRAM, *words], more) for what, (words, more) in COLD.items()}


def _asked(program: str, questions: Mapping[str, Sequence[str]], kubeconfig: Path) -> dict[str, float]:
    environment = {"KUBECONFIG": str(kubeconfig)}
    return {what: _spent([program, *words], environment) for what, words in questions.items()}


def _measure(form: Form) -> Iterator[Readings]:
    found = repeated(form.times, _cold)
    yield from (found.readings(what) for what in COLD)
    if form.short:
        yield from (Readings(what, why=BARE) for what in ASKING)
        return
    kubectl = str(ensure_programs(Progress()) / "kubectl")
    with hub() as server:
        kubeconfig = server.cluster.kubeconfig("admin")
        _asked(kubectl, KUBECTL, kubeconfig)  # so that it has its cache of the server's kinds
        found = repeated(
            form.times,
            partial(_asked, PROGRAM, ASKING, kubeconfig),
            partial(_asked, kubectl, KUBECTL, kubeconfig),
        )
    yield from (found.readings(what) for what in ASKING)


CLI = Workload(
    "cli",
    "the command line, cold: before it asks anybody, and beside kubectl",
    (
        *(Line(what, "s CPU", at_most(COLD_SECONDS)) for what in COLD),
        *(Line(what, "s CPU", _AT_MOST_2_5_TIMES, peer="kubectl get") for what in ASKING),
    ),
    _measure,
    seconds=200,
)
