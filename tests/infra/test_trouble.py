"""No later declaration makes a unit fail in a tenant's hands, or go sooner from them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.infra.ledgers import DAY, POOL, day, promise, spec, standing

from holdfast_infra.hub_guard import may_declare

Object = dict[str, Any]
HELD = {"state": "Active", "promise": "p0"}
NOW_SAID = spec("a", "b", minHealthyHosts=16, dwellSeconds=300, askLimitSeconds=DAY)
HERS = standing(NOW_SAID, promise(1, -1, 30), a=HELD)
NOBODYS = standing(NOW_SAID, promise(1, -5, 0))


def seen(a: int | None, b: int | None = 18, **more: Any) -> Object:
    """What an agent reports of two units by how many of their 18 hosts work; None: it never saw the unit."""
    hosts = {name: each for name, each in (("a", a), ("b", b)) if each is not None}
    return {"spec": {"units": {name: _unit(each) | more for name, each in hosts.items()}}}


def _unit(hosts: int) -> Object:
    health = "Healthy" if hosts == 18 else "Degraded" if hosts >= 16 else "Unhealthy"
    return {"health": health, "hosts": 18, "hostsReady": 18, "hostsHealthy": hosts}


# Why, what is declared anew, the unit as seen, what would become of it, and as seen once its reason is gone.
STRICTER = [
    ("it works with fewer hosts", {"minHealthyHosts": 18}, 16, "16 to 18 would have {} count as failed", 18),
    (
        "it works with too few hosts",
        {"minHealthyHosts": 17},
        16,
        "16 to 17 would have {} count as failed",
        17,
    ),
    ("it may yet get well", {"dwellSeconds": 0}, 15, "300 to 0 would have {} count as failed sooner", 16),
    ("it is not seen", {"dwellSeconds": 0}, None, "300 to 0 would have {} count as failed sooner", 18),
    ("its holder is asked", {"askLimitSeconds": 60}, 15, f"{DAY} to 60 would have {{}} leave sooner", 18),
]
HOLDER = f"unit a, which reservation team/pretrain (tenant acme) holds until {day(30)},"


@pytest.mark.parametrize(("why", "change", "hosts", "sentence", "mended"), STRICTER)
def test_a_stricter_rule_waits_while_of_a_unit_in_somebodys_hands(
    why: str, change: Object, hosts: int | None, sentence: str, mended: int
) -> None:
    refusal = str(may_declare(HERS, POOL, NOW_SAID | change, seen(hosts)))
    (field,) = change
    assert refusal.startswith(f"{field} from {sentence.format(HOLDER)}; mend its hosts first"), why
    assert may_declare(HERS, POOL, NOW_SAID | change, seen(mended)) is None, why
    assert may_declare(NOBODYS, POOL, NOW_SAID | change, seen(hosts)) is None, why


@pytest.mark.parametrize(
    ("why", "change", "hosts"),
    [
        ("it has failed by the rule that stands", {"minHealthyHosts": 18}, 15),
        ("fewer hosts are enough", {"minHealthyHosts": 15}, 16),
        ("it works with fewer hosts, which a dwell is not for", {"dwellSeconds": 0}, 16),
        ("it has more time", {"dwellSeconds": 600, "askLimitSeconds": 2 * DAY}, 15),
        ("nothing of it changes", {"drainLeadSeconds": 7}, 15),
    ],
)
def test_a_rule_that_takes_no_unit_sooner_passes(why: str, change: Object, hosts: int) -> None:
    assert may_declare(HERS, POOL, NOW_SAID | change, seen(hosts)) is None, why


@pytest.mark.parametrize("change", [{"minHealthyHosts": 17}, {"dwellSeconds": 299}, {"askLimitSeconds": 1}])
def test_without_a_report_nobody_can_say_how_a_unit_in_hands_is(change: Object) -> None:
    assert HOLDER in str(may_declare(HERS, POOL, NOW_SAID | change))
    assert may_declare(HERS, POOL, NOW_SAID | change, seen(18)) is None
    assert may_declare(NOBODYS, POOL, NOW_SAID | change) is None


def test_a_unit_that_nobody_holds_is_counted_on_by_the_new_rule() -> None:
    both = standing(NOW_SAID | {"repairSeconds": 4 * DAY}, promise(2, 3, 5))
    stricter = both["spec"] | {"minHealthyHosts": 18}
    refusal = str(may_declare(both, POOL, stricter, seen(18, 16)))
    assert (
        "minHealthyHosts from 16 to 18 would leave reservation team/pretrain (tenant acme) short of 1"
        in refusal
    )
    assert may_declare(both, POOL, stricter, seen(18, 18)) is None
    assert may_declare(both, POOL, stricter | {"repairSeconds": 2 * DAY}, seen(18, 16)) is None


def test_a_spare_that_stands_by_excuses_no_rule_by_which_a_unit_fails() -> None:
    spared = standing(NOW_SAID | {"spares": {"count": 1}}, promise(1, -1, 30), a=HELD)
    assert HOLDER in str(may_declare(spared, POOL, spared["spec"] | {"minHealthyHosts": 18}, seen(16, 18)))


def test_a_pool_that_never_said_how_many_are_enough_is_judged_by_what_is_seen() -> None:
    silent = {key: each for key, each in NOW_SAID.items() if key != "minHealthyHosts"}
    pool = standing(silent, promise(1, -1, 30), a=HELD)
    assert "minHealthyHosts from as the accelerator says to 17" in str(
        may_declare(pool, POOL, silent | {"minHealthyHosts": 17}, seen(16))
    )
    assert may_declare(pool, POOL, silent | {"minHealthyHosts": 16}, seen(16)) is None
