"""Blips, units with fewer hosts, and consents on a real API server, with the operator that is shipped.

The agent is played: what it reports is written here, as `agent/report.py` would write it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from tests.documents import Document, reservation
from tests.guards.server import ENGINEER, OURS
from tests.guards.stage import UNITS, Stage, staged

from holdfast.hardware.instants import text_of

DWELL = 5
SOON = 30.0
"""Seconds after a dwell or a consent within which a spare must be granted and open."""
AWAY = {
    "health": "Unhealthy", "hosts": 16, "hostsReady": 15, "occupied": True,
    "trouble": {"source": "Kubelet", "reason": "NotReady"},
}  # fmt: skip
FEWER = {**AWAY, "health": "Degraded"}
PATH = f"{OURS}/namespaces/mistral/capacityreservations/training"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Four units, a short dwell, and a reservation of one of them that runs now."""
    with staged(tmp_path_factory.mktemp("swaps")) as made:
        short = {"spec": {"dwellSeconds": DWELL}}
        assert made.server.call("PATCH", f"{OURS}/acceleratorpools/ny.a", short, ENGINEER).accepted
        window = {"end": text_of(int(time.time()) + 3_600)}  # noqa: TID251
        made.make(reservation("mistral", "training", topology="4x4x4", count=1, window=window))
        made.until(lambda: len(held(made)) == 1, 30)
        reports(made)
        made.until(lambda: status(made) == "Active", 30)
        yield made


def ledger(stage: Stage) -> Document:
    found: Document = stage.server.call("GET", f"{OURS}/acceleratorpools/ny.a").document.get("status", {})
    return found


def held(stage: Stage) -> dict[str, int]:
    """The units in the tenant's hands, with their grants."""
    units = ledger(stage).get("units", {})
    return {unit: grant["grant"] for unit, grant in units.items() if grant["state"] == "Active"}


def reports(stage: Stage, **worse: Document) -> None:
    """The agent opens what is granted, and says how units are."""
    opened = {unit: {"openGrant": grant} for unit, grant in held(stage).items()}
    units = {unit: {**plain, **opened.get(unit, {}), **worse.get(unit, {})} for unit, plain in UNITS.items()}
    path = f"{OURS}/poolreports/ny.a"
    document = stage.server.call("GET", path).document
    document["spec"]["units"] = units
    assert stage.server.call("PUT", path, document).accepted


def status(stage: Stage) -> str:
    found = stage.server.call("GET", PATH).document.get("status", {})
    return " ".join(one["reason"] for one in found.get("conditions", ()) if one["type"] == "Ready")


def test_a_blip_moves_nothing_and_one_with_fewer_hosts_stays(stage: Stage) -> None:
    ((unit, grant),) = held(stage).items()
    reports(stage, **{unit: AWAY})
    stage.until(lambda: "trouble" in ledger(stage)["units"][unit], 10)
    reports(stage)
    stage.until(lambda: "ended" in ledger(stage)["units"][unit]["trouble"], 10)
    reports(stage, **{unit: FEWER})
    stage.until(lambda: status(stage) == "Degraded", 10)
    time.sleep(DWELL + 2)
    assert held(stage) == {unit: grant}
    assert status(stage) == "Degraded"
    reports(stage)
    stage.until(lambda: status(stage) == "Active", 10)


def test_a_failed_unit_stays_until_its_tenant_agrees_and_then_its_spare_is_open_soon(stage: Stage) -> None:
    ((unit, grant),) = held(stage).items()
    reports(stage, **{unit: AWAY})
    stage.until(lambda: status(stage) == "AwaitingConsent", DWELL + SOON)
    assert held(stage) == {unit: grant}
    began = time.monotonic()
    consent = {"spec": {"repair": {"consents": [{"pool": "ny.a", "unit": unit, "grant": grant}]}}}
    assert stage.server.call("PATCH", PATH, consent).accepted
    stage.until(lambda: len(held(stage)) == 2, SOON)
    reports(stage, **{unit: AWAY})
    stage.until(lambda: unit not in held(stage), SOON)
    assert time.monotonic() - began < SOON
    assert ledger(stage)["units"][unit]["trouble"]["cause"] == "Consent"
    stage.until(lambda: status(stage) == "Active", 10)
