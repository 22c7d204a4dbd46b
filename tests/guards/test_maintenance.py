"""Maintenance on a real API server, with the operator that is shipped: taken out, refused with a start, gone again."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from tests.documents import Document, document, reservation
from tests.guards.server import ENGINEER, OURS
from tests.guards.stage import Stage, staged

from holdfast.hardware.instants import seconds_of, text_of

DAY = 86_400


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A hub with a pool of four cubes, and an operator."""
    with staged(tmp_path_factory.mktemp("maintenance")) as made:
        yield made


def day(ahead: int) -> int:
    """Midnight so many days ahead."""
    return (int(time.time()) // DAY + ahead) * DAY  # noqa: TID251


def declare(stage: Stage, name: str, start: int, **spec: object) -> Document:
    """A platform engineer takes the whole pool out for a day, and the operator has answered."""
    times = {"start": text_of(start), "end": text_of(start + DAY)}
    made = document("MaintenanceWindow", name, {"pool": "ny.a", **times, **spec})
    assert stage.server.create(made, ENGINEER).message == ""
    stage.until(lambda: answer(stage, name) != "", 30)
    return stored(stage, name)


def stored(stage: Stage, name: str) -> Document:
    return stage.server.call("GET", f"{OURS}/maintenancewindows/{name}").document


def answer(stage: Stage, name: str) -> str:
    return " ".join(one["reason"] for one in stored(stage, name).get("status", {}).get("conditions", ()))


def ready(stage: Stage, made: Document) -> str:
    path = f"{OURS}/namespaces/mistral/capacityreservations/{made['metadata']['name']}"
    status = stage.server.call("GET", path).document.get("status", {})
    return " ".join(one["reason"] for one in status.get("conditions", ()) if one["type"] == "Ready")


def reserve(stage: Stage, name: str, start: int) -> Document:
    window = {"start": text_of(start), "end": text_of(start + DAY // 2)}
    return stage.make(reservation("mistral", name, topology="4x4x4", count=2, window=window))


def test_maintenance_waits_for_promises_and_promises_keep_clear_of_it(stage: Stage) -> None:
    promised = reserve(stage, "promised", day(3))
    stage.until(lambda: ready(stage, promised) == "Scheduled", 30)
    refused = declare(stage, "refused", day(3))
    assert answer(stage, "refused") == "TouchesPromises"
    assert [one["reservation"] for one in refused["status"]["touched"]] == ["mistral/promised"]
    start = seconds_of(refused["status"]["nextStarts"][0])
    assert day(3) + DAY // 2 < start <= day(3) + DAY // 2 + 3 * 3600
    declare(stage, "accepted", start)
    assert answer(stage, "accepted") == "TakenOut"
    held = reserve(stage, "held", start + 3600)
    stage.until(lambda: ready(stage, held) == "UnderMaintenance", 30)
    assert stage.server.delete(stored(stage, "accepted")).accepted
    stage.until(lambda: ready(stage, held) == "Scheduled", 60)


def test_whom_it_goes_against_is_short_at_once_and_keeps_its_promise(stage: Stage) -> None:
    promised = reserve(stage, "against", day(9))
    stage.until(lambda: ready(stage, promised) == "Scheduled", 30)
    named = [{"namespace": "mistral", "name": "against"}]
    made = declare(stage, "named", day(9), againstReservations=named)
    assert (answer(stage, "named"), made["status"]["deficit"]) == ("PromisesShort", 2)
    stage.until(lambda: ready(stage, promised) == "UnderMaintenance", 30)
    assert stage.states([promised]) == {"Committed"}
    pool = stage.server.call("GET", f"{OURS}/acceleratorpools/ny.a").document
    assert pool["status"]["capacity"]["deficitAhead"] == 2
