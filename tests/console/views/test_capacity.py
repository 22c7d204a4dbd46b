from __future__ import annotations

from tests.console.asks import ABERNATHY, LAKE, NEXT, RACKS
from tests.console.views.fleet import engineer, person_of

from holdfast.console.views.capacity import PoolCapacity, capacities, reserved_of


def test_capacity_is_told_by_name_in_units_and_accelerators() -> None:
    found = capacities(engineer())
    assert [one.name for one in found] == [NEXT, ABERNATHY, RACKS, LAKE]
    assert found[3] == PoolCapacity(
        LAKE, "lake-mariner", "tpu7x", "4x4x4", 64, 16, 15, 12, 1, 2, 0, 2, "2027-08-03T08:00:00Z"
    )


def test_reservations_are_told_with_their_word_and_where_they_lie() -> None:
    found = {f"{one.namespace}/{one.name}": one for one in map(reserved_of, engineer().reserved())}
    assert list(found) == sorted(found)
    assert (found["acme/finetune"].status, found["acme/finetune"].pools) == ("Degraded", {LAKE: 4})
    huge = found["mistral/huge"]
    assert (huge.promised, huge.start, huge.earliest_start) == (0, None, "2027-04-01T08:00:00Z")


def test_a_tenant_is_told_its_own_reservations_and_no_capacity() -> None:
    assert capacities(person_of("mistral")) == ()
    assert {one.namespace for one in map(reserved_of, person_of("mistral").reserved())} == {"mistral"}
