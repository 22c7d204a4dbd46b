"""`python -m tests.bench.child NAME [--short] [--long]`: one workload in a process of its own; JSON, a line each.

The last lines are of the process: CPU, wall and peak memory of all it did, preparation included.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from time import monotonic, process_time

import msgspec
from tests.bench.figure import Line, Readings
from tests.bench.workload import Form
from tests.bench.workloads.catalogue import WORKLOADS

from holdfast.process.collector import collect_rarely

WHOLE = (
    Line("whole workload, CPU", "s"),
    Line("whole workload, wall", "s"),
    Line("whole workload, peak memory", "MB"),
)


def readings(name: str, form: Form) -> Iterator[Readings]:
    """All that one workload gives."""
    began, spent = monotonic(), process_time()
    yield from next(one for one in WORKLOADS if one.name == name).measure(form)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    for line, value in zip(WHOLE, (process_time() - spent, monotonic() - began, peak), strict=True):
        yield Readings(line.metric, (value,))


def main(words: list[str]) -> None:
    """Write readings as they come."""
    form = Form(short="--short" in words, long="--long" in words)
    collect_rarely()  # as the shipped processes do
    for read in readings(words[0], form):
        sys.stdout.write(msgspec.json.encode(read).decode() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
