"""Whose reservation is not seen, and when living promises were made, is what a look at everything would say."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests import builders

from holdfast.frozen.records import Records
from holdfast.hub.living_promises import LIVING, LivingPromises
from holdfast.hub.snapshot_reader import HubRecords
from holdfast.planner.state.ledger import Promise, PromiseState
from holdfast.planner.state.snapshot import Reservation

UIDS = st.sampled_from("abcd")
PROMISES = st.builds(
    lambda state, tenant, created: replace(builders.promise(), state=state, tenant=tenant, created=created),
    st.sampled_from(PromiseState),
    st.sampled_from(["mistral", "anthropic"]),
    st.integers(0, 4),
)
CHANGES = st.dictionaries(UIDS, st.none() | PROMISES, max_size=2)
SEEN = CHANGES, st.frozensets(UIDS), st.frozensets(UIDS), st.integers(0, 4)


def read(promises: dict[str, Promise], shown: frozenset[str]) -> HubRecords:
    asks: Records[str, Reservation] = Records.of({uid: builders.reservation() for uid in shown})
    return HubRecords({}, Records.of(promises), asks, Records.of({}), Records.of({}), {}, {}, {})


def born(promises: dict[str, Promise], since: int) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for promise in promises.values():
        if promise.state in LIVING and promise.created > since:
            found.setdefault(promise.tenant, []).append(promise.created)
    return {tenant: sorted(instants) for tenant, instants in found.items()}


@given(st.lists(st.tuples(*SEEN), max_size=6))
def test_what_is_kept_from_turn_to_turn_is_what_a_look_at_everything_says(
    history: list[tuple[dict[str, Promise | None], frozenset[str], frozenset[str], int]],
) -> None:
    living, known = LivingPromises(), dict[str, Promise | None]()
    for changes, shown, unreadable, since in history:
        known.update(changes)
        promises = {uid: one for uid, one in known.items() if one is not None}
        living.hear(read(promises, shown), unreadable)
        assert living.unseen == {
            uid: one
            for uid, one in promises.items()
            if one.state in LIVING and uid not in shown and uid not in unreadable
        }
        told = living.born_since(since)
        assert {tenant: sorted(instants) for tenant, instants in told.items()} == born(promises, since)
