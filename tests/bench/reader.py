"""`python -m tests.bench.reader holdfast|dicts FILE`: read a spooled hub once; prints [CPU seconds, peak MB].

holdfast: the shipped way, page by page through the door into the planner's records, then one plan. dicts: the standard
library's json, which only shows what the bytes alone cost.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from time import process_time
from typing import Any

from tests.builders import NOW

from holdfast.cluster.holdfast_objects import DATACENTERS, POOLS, PROMISES, REPORTS, RESERVATIONS, TENANTS
from holdfast.cluster.transport.objects import View, by_key
from holdfast.cluster.transport.wire import page_of
from holdfast.hub.snapshot_reader import HubDocuments, SnapshotReader
from holdfast.planner.plan import plan
from holdfast.process.collector import collect_later, collect_rarely

VIEWS: Mapping[str, View[Any]] = {
    view.kind.plural: view for view in (POOLS, REPORTS, DATACENTERS, TENANTS, PROMISES, RESERVATIONS)
}


def holdfast(lines: Iterable[bytes], namespaces: Mapping[str, Mapping[str, str]]) -> int:
    """The number of promises in the first plan's world."""
    read: dict[str, list[Any]] = {plural: [] for plural in VIEWS}
    for plural, body in _pages(lines):
        page, _ = page_of(VIEWS[plural], body)
        if page.broken:
            raise AssertionError(f"{page.broken[0]} cannot be read")
        read[plural] += page.objects
    hub = HubDocuments(
        pools=read["acceleratorpools"],
        reports=read["poolreports"],
        datacenters=read["datacenters"],
        tenants=read["tenants"],
        promises=by_key(read["capacitypromises"]),
        reservations=by_key(read["capacityreservations"]),
        namespaces=namespaces,
    )
    collect_rarely()
    snapshot = SnapshotReader().read(hub).seen(NOW, 2, "b1")
    made = plan(snapshot)
    if made.frozen or made.promises or made.holds:
        raise AssertionError(f"the world was not at rest: {len(made.frozen)} frozen, {len(made.holds)} held")
    return len(snapshot.promises)


def dicts(lines: Iterable[bytes], _: Mapping[str, Mapping[str, str]]) -> int:
    """The number of objects."""
    return len([one for _, body in _pages(lines) for one in json.loads(body)["items"]])


def _pages(lines: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    for line in lines:
        plural, _, body = line.partition(b" ")
        yield plural.decode(), body


def main(who: str, path: Path) -> None:
    """Read, and print what it took."""
    collect_later()  # as the shipped operator does, until it has read all
    read = {"holdfast": holdfast, "dicts": dicts}[who]
    with path.open("rb") as lines:
        namespaces = json.loads(lines.readline())
        began = process_time()
        read(lines, namespaces)
        seconds = process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    sys.stdout.write(json.dumps([seconds, peak]))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
