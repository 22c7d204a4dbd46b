"""What grows for ever, or with the fleet, ends nobody's turn when it passes what the API can say."""

from __future__ import annotations

from typing import Any

from tests.simulation.hub import POOLS, Hub, contested, ledger, now, report, rest
from tests.simulation.storage import Place

from holdfast.api.ledger import MAX_TIMES
from holdfast.cluster.transport import kinds


def rewritten(hub: Hub, kind: kinds.ServedKind, name: str, namespace: str = "", **parts: Any) -> None:
    """Replace parts of a document behind everybody's back."""
    stored = hub.server.find(kind, name, namespace)
    assert stored is not None
    hub.server.storage.write(Place(kind.group, kind.plural, namespace, name), {**stored, **parts})


def flapping(times: int) -> tuple[Hub, str, str]:
    """A hub with a unit in a tenant's hands that has come and gone so often and is in trouble again; its pool too."""
    hub = contested()
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
