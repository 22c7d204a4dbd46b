"""Which cubes form which slice: what stands stays, what lost a cube goes, what is free is taken in order of grants."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from holdfast.agent.slice_plan import Cube, Share, plan_slices
from holdfast.agent.tpu_slice import SliceSpec, TpuSlice, slice_of
from holdfast.cluster.core_objects import Metadata

UID, POOL = "0" * 36, "ny.a"
SHARE = Share(UID, POOL, "tpu7x", "4x4x8", 2, 2)


def cube(number: int, grant: int = 0, ready: bool = True) -> Cube:
    return Cube(f"u{number}", grant or number + 1, f"p{number}", ready)


def standing(*numbers: int, going: bool = False) -> TpuSlice:
    """A slice of ours."""
    spec = SliceSpec("tpu7x", "4x4x8", tuple(f"p{n}" for n in numbers))
    one = slice_of(UID, POOL, spec, [f"u{n}" for n in numbers])
    meta = one.metadata
    ended = "2026-11-26T05:00:00Z" if going else None
    metadata = Metadata(
        name=meta.name, labels=meta.labels, annotations=meta.annotations, deletion_timestamp=ended
    )
    return TpuSlice(metadata, spec)


def units(slices: tuple[TpuSlice, ...]) -> list[tuple[str, ...]]:
    return [one.units for one in slices]


def test_free_cubes_are_taken_in_the_order_of_their_grants() -> None:
    plan = plan_slices(SHARE, [cube(0, 9), cube(1, 2), cube(2, 5), cube(3, 1)], [])
    assert units(plan.create) == [("u3", "u1"), ("u2", "u0")]


def test_no_more_slices_are_formed_than_are_promised() -> None:
    plan = plan_slices(replace(SHARE, slices=1), [cube(n) for n in range(4)], [])
    assert units(plan.create) == [("u0", "u1")]


def test_what_stands_stays_whatever_else_is_granted() -> None:
    plan = plan_slices(SHARE, [cube(n) for n in range(4)], [standing(1, 3)])
    assert (units(plan.keep), plan.delete) == ([("u1", "u3")], ())
    assert units(plan.create) == [("u0", "u2")]


def test_one_that_lost_a_cube_is_deleted_and_its_other_cube_waits_until_it_has_gone() -> None:
    cubes = [cube(1), cube(2)]
    plan = plan_slices(SHARE, cubes, [standing(0, 1)])
    assert (units(plan.delete), plan.create) == ([("u0", "u1")], ())
    plan = plan_slices(SHARE, cubes, [standing(0, 1, going=True)])
    assert not plan.moves
    assert units(plan_slices(SHARE, cubes, []).create) == [("u1", "u2")]


def test_too_few_cubes_form_nothing() -> None:
    assert not plan_slices(SHARE, [cube(0), cube(1, ready=False)], []).moves


def test_a_cube_in_somebody_elses_slice_is_not_taken() -> None:
    theirs = TpuSlice(Metadata(name="theirs"), SliceSpec("tpu7x", "4x4x4", ("p0",)))
    plan = plan_slices(SHARE, [cube(0), cube(1), cube(2)], [theirs])
    assert (units(plan.create), plan.delete) == ([("u1", "u2")], ())


@given(
    active=st.sets(st.integers(0, 7)),
    pairs=st.permutations(range(8)),
    count=st.integers(0, 4),
    made=st.integers(0, 4),
)
def test_no_two_slices_share_a_cube_and_the_result_of_a_plan_needs_no_other(
    active: set[int], pairs: list[int], count: int, made: int
) -> None:
    share = replace(SHARE, slices=count)
    before = [standing(pairs[2 * n], pairs[2 * n + 1]) for n in range(made)]
    cubes = [cube(n) for n in sorted(active)]
    plan = plan_slices(share, cubes, before)
    after = [*plan.keep, *plan.create]
    taken = [partition for one in (*after, *plan.delete) for partition in one.spec.partition_ids]
    assert len(taken) == len(set(taken))
    assert {unit for one in after for unit in one.units} <= {f"u{n}" for n in active}
    settled = plan_slices(share, cubes, after)
    assert settled.delete == ()
    assert plan_slices(share, cubes, [*settled.keep, *settled.create]).moves is False
