"""Who has, or had, a reservation's name is what a look at every promise would say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.builders import promise

from holdfast.planner.state.ledger import Promise
from holdfast.planner.state.namesakes import Namesakes, namesakes_of

LABELS = ("mistral/pretrain", "mistral/evals", "anthropic/pretrain")
HISTORY = st.lists(st.dictionaries(st.integers(0, 5), st.booleans(), max_size=3), max_size=6)


def named(number: int) -> Promise:
    """Six promises of three names."""
    made = promise(LABELS[number % len(LABELS)])
    return made if number < len(LABELS) else promise(LABELS[number % len(LABELS)], uid=f"{number}")


@given(HISTORY)
def test_what_is_kept_up_is_what_is_worked_out_from_nothing(history: list[dict[int, bool]]) -> None:
    kept, standing = Namesakes(), dict[str, Promise]()
    for there in history:
        changes: list[tuple[Promise | None, Promise | None]] = []
        for number, stays in there.items():
            one = named(number)
            changes.append((standing.pop(one.uid, None), one if stays else None))
            if stays:
                standing[one.uid] = one
        kept = kept.with_changes(changes)
        assert dict(kept.uids) == dict(namesakes_of(standing).uids)
        assert set(kept.of(LABELS[0])) == {one.uid for one in standing.values() if one.label == LABELS[0]}
