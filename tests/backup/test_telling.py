"""What a person reads of a restored hub: what is in the way, and what ends it."""

from __future__ import annotations

import pytest

from holdfast.backup.found import Adoption, Comparison, Return, Stranger, Surplus
from holdfast.backup.telling import in_the_way, kept

FREE = Stranger("ny.a", "u0", "is open by grant 7", free=True)
MANY = Surplus("ny.a", "mistral/train", 2, 1, ("u1", "u2", "u3"))
TWICE = Stranger("ny.a", "u0", "is A's by grant 4 in the backup", free=False)


@pytest.mark.parametrize(
    ("seen", "take_back", "words"),
    [
        pytest.param(
            Comparison(unheard=("ny.a",)), True, "not reported since the restore; connect it", id="no report"
        ),
        pytest.param(
            Comparison(stale=("ny.a",)), True, "upgrade it if it is connected", id="a report of before"
        ),
        pytest.param(
            Comparison(strangers=(FREE,)), False, "--take-back ends its pods", id="in unknown hands"
        ),
        pytest.param(
            Comparison(strangers=(TWICE,)), True, "take the annotation holdfast.dev/grant off", id="in two"
        ),
        pytest.param(
            Comparison(surplus=(MANY,)), True, "recall.holdfast.dev/UNIT=YOU", id="more than its count"
        ),
    ],
)
def test_each_thing_in_the_way_says_what_ends_it(seen: Comparison, take_back: bool, words: str) -> None:
    (line,) = in_the_way(seen, take_back)
    assert "ny.a" in line
    assert words in line


def test_nothing_is_in_the_way_once_all_is_heard_and_a_person_takes_strangers_units_back() -> None:
    assert list(in_the_way(Comparison(strangers=(FREE,)), take_back=True)) == []
    adopted = Comparison(adoptions=(Adoption("ny.a", "u0", 7, "uid", "mistral/train"),))
    back = Comparison(returns=(Return("ny.a", "u1", 1, "mistral/train", "nobody is on it"),))
    assert list(in_the_way(back, take_back=False)) == []
    assert [*kept(back)] == [
        "unit ny.a/u1: mistral/train has it by grant 1 beyond its count, and nobody is on it; it goes back",
    ]
    assert list(in_the_way(adopted, take_back=False)) == []
    assert [*kept(adopted)] == [
        "unit ny.a/u0: mistral/train got it by grant 7, after the backup; it keeps it",
    ]
