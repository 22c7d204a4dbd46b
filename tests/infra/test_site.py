"""A site's lease and lifecycle are asked about over all its pools."""

from __future__ import annotations

from typing import Any

import pytest
from tests.infra.ledgers import DAY, NOW, POOL, day, promise, spec, standing

from holdfast_infra.hub_guard import Change, may_change_site
from holdfast_infra.hub_guard.change import SITE

OPERATIONAL: dict[str, Any] = {"lifecycle": "Operational", "lease": {"end": day(3_650)}}
CLOSED = OPERATIONAL | {"lifecycle": "UnderConstruction"}
SHORTER = OPERATIONAL | {"lease": {"end": day(4)}}
BUSY = standing(spec("a"), promise(1, 3, 5))
RUNNING = standing(spec("a"), promise(1, -1, 5), a={"promise": "p0", "state": "Active"})


@pytest.mark.parametrize(
    ("new", "pool", "sentence", "without"),
    [
        (
            SHORTER,
            BUSY,
            (
                f"lease.end from {day(3_650)} to {day(4)} would leave reservation team/pretrain (tenant acme) short of "
                f"1 unit from {day(4)}; keep what is declared"
            ),
            standing(spec("a"), promise(1, 3, 4)),
        ),
        (
            CLOSED,
            RUNNING,
            (
                f"lifecycle from Operational to UnderConstruction would take pool {POOL} from reservation "
                f"team/pretrain (tenant acme), which runs until {day(5)}; wait until its windows are over"
            ),
            BUSY,
        ),
        (CLOSED, {"metadata": {}}, "a pool in the hub cannot be read", standing(spec("a"))),
    ],
)
def test_a_site_is_not_declared_so_while(
    new: dict[str, Any], pool: dict[str, Any], sentence: str, without: dict[str, Any]
) -> None:
    quiet = (standing(spec("a")), None)
    assert sentence in str(may_change_site(OPERATIONAL, new, [quiet, (pool, None)]))
    assert may_change_site(OPERATIONAL, new, [quiet, (without, None)]) is None


@pytest.mark.parametrize(
    ("old", "new", "takes"),
    [
        (OPERATIONAL, OPERATIONAL, False),
        (OPERATIONAL, SHORTER, True),
        (SHORTER, OPERATIONAL, False),
        (OPERATIONAL, CLOSED, True),
        (CLOSED, OPERATIONAL, False),
        (OPERATIONAL, OPERATIONAL | {"powerMegawatts": 1}, False),
        (OPERATIONAL, {"lifecycle": "Operational"}, False),
        ({"lifecycle": "Operational"}, SHORTER, True),
        (OPERATIONAL, OPERATIONAL | {"lease": {"end": "2036-12-29T01:00:00+01:00"}}, False),
    ],
)
def test_only_an_earlier_end_and_a_step_back_take_anything(
    old: dict[str, Any], new: dict[str, Any], takes: bool
) -> None:
    assert NOW + 3_650 * DAY == 2_114_121_600  # 2036-12-29T00:00:00Z
    change = Change(SITE, f"Datacenter/{POOL}", {"spec": old}, {"spec": new})
    assert bool(change.weighty) is takes
