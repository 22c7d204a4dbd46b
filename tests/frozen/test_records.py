"""Records are compared, and made of others, by what differs; what they say is what a dict would say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from holdfast.frozen.records import PAGES, Records

KEYS = st.text("abcdefgh", min_size=1, max_size=2)
CHANGES = st.tuples(st.dictionaries(KEYS, st.integers()), st.sets(KEYS))


@given(st.lists(CHANGES, max_size=8))
def test_they_say_what_a_dict_says_after_any_changes(changes: list[tuple[dict[str, int], set[str]]]) -> None:
    records: Records[str, int] = Records.of({})
    plain: dict[str, int] = {}
    for put, gone in changes:
        before, old = dict(plain), records
        plain = {**{key: value for key, value in plain.items() if key not in gone}, **put}
        records = records.with_changes(put, gone)
        assert dict(old) == before
        assert (dict(records), len(records)) == (plain, len(plain))
        assert all(key in records for key in plain)


def test_what_differs_is_found_between_any_two_and_identity_decides() -> None:
    first, second = [1], [1]
    before = Records.of({"kept": first, "another": first, "gone": first})
    now = Records.of({"kept": first, "another": second, "come": second})
    assert now.new_since(before) == {"another", "gone", "come"}
    assert before.new_since(before) == set()


def test_pages_in_which_nothing_changes_are_shared() -> None:
    before = Records.of({str(number): number for number in range(10 * PAGES)})
    after = before.with_changes({"1": 0})
    assert sum(one is not other for one, other in zip(before.pages, after.pages, strict=True)) == 1
    assert before.with_changes({}) is before
