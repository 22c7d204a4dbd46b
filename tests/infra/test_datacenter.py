"""What a sound declaration says."""

from __future__ import annotations

import pytest
from tests.infra.declarations import SOUND, changed
from tests.infra.recording import declared

from holdfast_infra.declaration import parse


def names(*ranges: dict[str, object]) -> list[str]:
    parsed = parse(changed(("pools/h200-a/units", list(ranges)), ("pools/h200-a/spares", 0)))
    return [unit.name for pool in parsed.pools if pool.block == "h200-a" for unit in pool.units]


def test_a_range_names_every_unit_in_it() -> None:
    assert names({"ids": "host-008..host-011"}) == ["host-008", "host-009", "host-010", "host-011"]


def test_losing_one_unit_renames_no_other() -> None:
    before = names({"ids": "host-0..host-9"})
    after = names({"ids": "host-0..host-4"}, {"ids": "host-6..host-9"})
    assert after == [name for name in before if name != "host-5"]


def test_the_order_of_ranges_does_not_matter() -> None:
    assert names({"ids": "host-6"}, {"ids": "host-1"}) == names({"ids": "host-1"}, {"ids": "host-6"})


def test_a_range_gives_all_its_units_its_dates_and_flags() -> None:
    units = {unit.name: unit for unit in parse(SOUND).pools[0].units}
    assert (units["cube-005"].delivered, units["cube-005"].available_from) == (False, "2027-01-01T00:00:00Z")
    assert (units["cube-007"].retiring, units["cube-007"].retired_by) == (True, "2027-02-01T00:00:00Z")
    assert (units["cube-000"].delivered, units["cube-000"].retiring) == (True, False)


def test_hand_over_times_have_defaults() -> None:
    times = parse(SOUND).hand_over
    assert (times.drain_lead, times.grace, times.turn_around, times.repair) == (3_600, 60, 7_200, 1_209_600)


@pytest.mark.parametrize(
    ("stack", "pools"),
    [
        ("lake-mariner", {"lake-mariner.tpu7x-a": (144, 2_304)}),
        ("abernathy", {"abernathy.gb300-a": (32, 576), "abernathy.h200-a": (64, 64)}),
        ("barber-lake", {"barber-lake.tpu7x-a": (144, 2_304)}),
    ],
)
def test_the_stacks_we_own_are_sound(stack: str, pools: dict[str, tuple[int, int]]) -> None:
    datacenter = parse(declared(stack))
    assert datacenter.site.name == stack
    assert {pool.name: (len(pool.units), pool.hosts) for pool in datacenter.pools} == pools
    assert not datacenter.protect


def test_a_lab_makes_a_stack_small_by_replacing_keys() -> None:
    small = declared("lake-mariner")
    small["pools"]["tpu7x-a"] |= {"spares": 1, "units": [{"ids": "cube-000..cube-005"}]}
    small |= {"drainLeadSeconds": 5, "graceSeconds": 1, "turnAroundSeconds": 2, "repairSeconds": 60}
    assert [unit.name for unit in parse(small).pools[0].units] == [f"cube-00{number}" for number in range(6)]
