"""`python -m tests.bench.run`: every workload, a table for people, build/bench.json and build/bench.svg.

    --only NAME    the workloads whose name contains it
    --short        tiny worlds, one repeat, no peers: whether it runs, no figure of it means anything
    --long         the storm of 10,000, too

Exit status 1 where a workload breaks or an answer is wrong; a goal that is not reached is a figure, not an error.
The short form writes build/bench-short.json and .svg.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from tests.bench.child import WHOLE
from tests.bench.figure import Figure, Line, Readings
from tests.bench.plot import plot
from tests.bench.table import TITLES, heading, row, summary
from tests.bench.workload import Form, Workload
from tests.bench.workloads.catalogue import WORKLOADS

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build"


def figures(workload: Workload, form: Form) -> Iterator[Figure]:
    """A workload's figures as they come; those it did not come to in its time are short."""
    missing = {line.metric: line for line in (*workload.lines, *WHOLE)}
    child = _started(workload, form)
    late = threading.Event()
    timer = threading.Timer(workload.seconds, _too_late, (late, child))
    timer.start()
    try:
        for said in child.stdout or ():
            read = msgspec.json.decode(said, type=Readings)
            yield Figure(workload.name, missing.pop(read.metric), read)
    finally:
        timer.cancel()
        _end(child)
    for line in missing.values():
        yield Figure(workload.name, line, _missing(line, workload, child, late=late.is_set()))


def _started(workload: Workload, form: Form) -> subprocess.Popen[str]:
    words = [word for word, said in (("--short", form.short), ("--long", form.long)) if said]
    command = [sys.executable, "-m", "tests.bench.child", workload.name, *words]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)


def _too_late(late: threading.Event, child: subprocess.Popen[str]) -> None:
    late.set()
    _end(child)


def _end(child: subprocess.Popen[str]) -> None:
    """End the child and whatever it has started."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGTERM)


def _missing(line: Line, workload: Workload, child: subprocess.Popen[str], *, late: bool) -> Readings:
    if late:
        return Readings(line.metric, why=f"not done in {workload.seconds} s", overran=True)
    return Readings(line.metric, why=f"it ended with status {child.wait()}", broke=True)


def run(workloads: Sequence[Workload], form: Form) -> list[Figure]:
    """All of them, told as they come."""
    found: list[Figure] = []
    say(TITLES)
    for workload in workloads:
        say(heading(workload))
        for figure in figures(workload, form):
            say(row(figure))
            found.append(figure)
    return found


def write(found: Sequence[Figure], name: str) -> None:
    """The figures in build/, as JSON and as a plot."""
    BUILD.mkdir(exist_ok=True)
    results = [figure.result() for figure in found]
    (BUILD / f"{name}.json").write_text(json.dumps(results, indent=1) + "\n")
    plot(found, BUILD / f"{name}.svg")


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(words: Sequence[str]) -> int:
    """Run what was asked for; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.run", description=__doc__)
    parser.add_argument("--only", default="", metavar="NAME")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--long", action="store_true")
    asked = parser.parse_args(words)
    chosen = [workload for workload in WORKLOADS if asked.only in workload.name]
    if not chosen:
        parser.error(f"no workload's name contains {asked.only!r}: {', '.join(w.name for w in WORKLOADS)}")
    found = run(chosen, Form(short=asked.short, long=asked.long))
    write(found, "bench-short" if asked.short else "bench")
    say(summary(found))
    return 1 if any(figure.wrong for figure in found) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
