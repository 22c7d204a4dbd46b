"""What is made of records is made anew only of those that are others."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from holdfast.frozen.derived import Derived
from holdfast.frozen.records import Records

SOURCES = st.dictionaries(st.sampled_from("abcd"), st.tuples(st.sampled_from("pqrs"), st.integers(0, 3)))


@dataclass
class Making:
    """Makes a list of each source and counts."""

    times: int = 0
    factor: int = 1
    derived: Derived[str, tuple[str, int], tuple[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.derived = Derived(lambda one: one[0], self.make, lambda one: one[1] > 0)

    def make(self, source: tuple[str, int]) -> tuple[int]:
        self.times += 1
        return (self.factor * source[1],)


def distinct(sources: dict[str, tuple[str, int]]) -> Records[str, tuple[str, int]]:
    """Each under its own name, as objects have their uids."""
    return Records.of({key: (key + one[0], one[1]) for key, one in sources.items()})


@given(st.lists(SOURCES, max_size=6))
def test_it_is_what_would_be_made_of_them_alone(history: list[dict[str, tuple[str, int]]]) -> None:
    making = Making()
    for sources in map(distinct, history):
        expected = {name: (value,) for name, value in sources.values() if value > 0}
        assert dict(making.derived.of(sources)) == expected


def test_nothing_is_made_of_what_stands() -> None:
    making, sources = Making(), Records.of({"a": ("p", 1), "b": ("q", 2)})
    before = making.derived.of(sources)
    assert (making.derived.of(sources), making.times) == (before, 2)
    making.derived.of(sources.with_changes({"b": ("q", 3)}))
    assert making.times == 3


def test_a_record_equal_to_the_one_before_is_not_new() -> None:
    making = Making()
    before = making.derived.of(Records.of({"a": ("p", 1)}))
    after = making.derived.of(Records.of({"a": ("p", 1)}), again="a")
    assert after["p"] is before["p"]


def test_what_is_said_to_be_made_again_is_made_of_the_same_source() -> None:
    making, sources = Making(), Records.of({"a": ("p", 1), "b": ("q", 2)})
    making.derived.of(sources)
    making.factor = 10
    assert dict(making.derived.of(sources, again="a")) == {"p": (10,), "q": (2,)}
