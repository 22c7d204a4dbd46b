"""cold-start: the whole hub from the bytes of its lists to the first plan, in a process of its own.

The pages lie in a file that the machine has in memory; one is read at a time, as from a connection, so that the peak is
the product's own. The process loads the shipped operator's code first; that is part of the memory and not of the time.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
from tests.bench.documents import namespaces, pages
from tests.bench.figure import Line, Readings, at_most
from tests.bench.fleet import Fleet
from tests.bench.repeats import repeated
from tests.bench.workload import Form, Workload
from tests.bench.workloads.idle import quiet

LIVE = 100_000
TO_PLAN = "bytes to the first plan"
PEAK = "peak memory of the process"


def _spooled(form: Form, folder: Path) -> Path:
    """The world's documents in a file: one line a page, the namespaces first."""
    world = quiet(Fleet(form.of(LIVE, 80), form.pools)).snapshot
    path = folder / "pages"
    with path.open("wb") as file:
        file.write(msgspec.json.encode(namespaces(world)) + b"\n")
        for page in pages(world):
            file.write(page.plural.encode() + b" " + page.body + b"\n")
    return path


def _read(who: str, path: Path) -> dict[str, float]:
    """One reading by a fresh process."""
    command = [sys.executable, "-m", "tests.bench.reader", who, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, megabytes = msgspec.json.decode(done.stdout, type=tuple[float, float])
    return {TO_PLAN: seconds, PEAK: megabytes}


def _measure(form: Form) -> Iterator[Readings]:
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as folder:
        path = _spooled(form, Path(folder))
        peer = None if form.short else lambda: _read("dicts", path)
        found = repeated(form.times, lambda: _read("holdfast", path), peer, within=75)
    yield from (found.readings(metric) for metric in (TO_PLAN, PEAK))


COLD_START = Workload(
    "cold-start",
    "100,000 reservations, promises and 109 ledgers, from bytes to the first plan",
    (
        Line(TO_PLAN, "s CPU", at_most(20.0), peer="json to dicts, no plan"),
        Line(PEAK, "MB", at_most(700.0), peer="json to dicts, no plan"),
    ),
    _measure,
    seconds=420,
)
