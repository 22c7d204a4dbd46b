"""What grows for ever, or with the fleet, ends nobody's turn when it passes what the API can say."""

from __future__ import annotations

from typing import Any

from tests.simulation import hub as simulated
from tests.simulation.hub import POOLS, SITE, Hub, contested, ledger, now, report, rest
from tests.simulation.reading import stored
from tests.simulation.storage import Place

from holdfast.api.ledger import MAX_TIMES
from holdfast.cluster.transport import kinds


def rewritten(hub: Hub, kind: kinds.ServedKind, name: str, namespace: str = "", **parts: Any) -> None:
    """Replace parts of a document behind everybody's back."""
    stored = hub.server.find(kind, name, namespace)
    assert stored is not None
    hub.server.storage.write(Place(kind.group, kind.plural, namespace, name), {**stored, **parts})


def flapping(times: int, **asked: Any) -> tuple[Hub, str, str]:
    """A hub with a unit in a tenant's hands that has come and gone so often and is in trouble again; its pool too."""
    hub = contested()
    spec = {**simulated.reservation()["spec"], **asked}
    rewritten(hub, kinds.CAPACITY_RESERVATION, "train", "mistral", spec=spec)
    rest(hub)
    (pool,) = (name for name in POOLS if ledger(hub, name)["units"])
    status = ledger(hub, pool)
    unit = min(status["units"])
    trouble = {"since": now() - 20, "times": times, "ended": now() - 10}
    units = {**status["units"], unit: {**status["units"][unit], "trouble": trouble}}
    rewritten(hub, kinds.ACCELERATOR_POOL, pool, status={**status, "units": units})
    rewritten(hub, kinds.POOL_REPORT, pool, spec=report(**{unit.replace("-", "_"): "Unhealthy"}))
    return hub, pool, unit


def test_a_unit_that_comes_and_goes_for_the_thousandth_time_and_once_more_is_written_down() -> None:
    hub, pool, unit = flapping(MAX_TIMES)
    rest(hub)
    trouble = ledger(hub, pool)["units"][unit]["trouble"]
    assert trouble["times"] == MAX_TIMES
    assert "ended" not in trouble


def amended(pools: int, count: int) -> Hub:
    """So many pools beside the two; what is promised is changed to an amount that none of them could ever sell."""
    hub = contested()
    spec = stored(hub.server, kinds.ACCELERATOR_POOL, POOLS[0])["spec"]
    for number in range(pools):
        name = {"metadata": {"name": f"{SITE}.tpu7x-x{number:02d}", "labels": {}}}
        hub.server.add(kinds.ACCELERATOR_POOL, {**name, "spec": spec})
        hub.server.add(kinds.POOL_REPORT, {**name, "spec": report()})
    rest(hub)
    asked = simulated.reservation()["spec"]
    metadata = stored(hub.server, kinds.CAPACITY_RESERVATION, "train", "mistral")["metadata"]
    more = {"spec": {**asked, "count": count}, "metadata": {**metadata, "generation": 2}}
    rewritten(hub, kinds.CAPACITY_RESERVATION, "train", "mistral", **more)
    return hub


def test_a_change_that_never_fits_in_thirty_pools_is_told_and_what_is_promised_stays() -> None:
    hub = amended(pools=30, count=700)
    rest(hub)
    status = stored(hub.server, kinds.CAPACITY_RESERVATION, "train", "mistral")["status"]
    assert status["amendment"]["reason"] == "ExceedsCapacity"
    assert status["amendment"]["message"].endswith("; what was promised before stays in force")
    assert status["promised"]["slices"] == 1
