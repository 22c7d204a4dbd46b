"""A refused write stops nobody but the one it was refused for: found by halving, left out, told, tried again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.builders import DAY, LAKE, NOW, pool, reservation, snapshot
from tests.simulation.hub import Hub, Planner, contested, promise
from tests.simulation.hub import reservation as document_of_train

from holdfast.cluster.transport import kinds
from holdfast.cluster.transport.kinds import ServedKind
from holdfast.hub.apply import Outcome
from holdfast.hub.refusals import FIRST_PAUSE, Refusals, culprit
from holdfast.planner.plan import plan
from holdfast.planner.state.snapshot import Snapshot
from holdfast.planner.state.steps import LedgerWrite

NAMES = tuple(f"mistral/{letter}" for letter in "abcdefgh")
Refused = Callable[[LedgerWrite], bool]


def asked(*names: str) -> Snapshot:
    """As many asks for a cube each in a pool that has room for all."""
    asks = [reservation(name, topology="4x4x4", end=NOW + DAY) for name in names]
    return snapshot(pool(LAKE, 12), *asks)


def blamed(names: tuple[str, ...], refuses: Callable[[LedgerWrite], bool]) -> tuple[str, int]:
    """Whose change is found to be the one refused, by reservation or pool, and how many rehearsals it took."""
    seen = asked(*names)
    (write,) = plan(seen).ledgers
    tried: list[LedgerWrite] = []

    def rehearse(fewer: LedgerWrite) -> bool:
        tried.append(fewer)
        return not refuses(fewer)

    found = culprit(seen.pools[LAKE], write, rehearse)
    return (seen.reservations[found].label if found in seen.reservations else found), len(tried)


def carries(label: str) -> Refused:
    """Whether a ledger has an entry of this reservation."""
    return lambda write: any(entry.reservation == label for entry in write.ledger.entries.values())


@pytest.mark.parametrize("label", NAMES)
def test_whoever_of_eight_is_refused_is_found_in_four_rehearsals(label: str) -> None:
    assert blamed(NAMES, carries(label)) == (label, 4)


def test_a_single_change_is_its_own_culprit() -> None:
    assert blamed(("mistral/a",), carries("mistral/a")) == ("mistral/a", 1)


def test_a_ledger_refused_without_any_change_is_refused_for_the_pool() -> None:
    assert blamed(NAMES, lambda _: True) == (LAKE, 1)


def test_too_much_together_is_blamed_on_the_first_too_many() -> None:
    found, _ = blamed(NAMES, lambda write: len(write.ledger.entries) > 5)
    seen = asked(*NAMES)
    assert found == seen.reservations[sorted(seen.reservations)[5]].label


# --- in a turn ---------------------------------------------------------------------------------------------


def no_entry_of(label: str) -> Callable[[ServedKind, Any, Any], str | None]:
    """A guard that refuses every ledger with an entry of this reservation."""

    def rule(kind: ServedKind, _: Any, new: Any) -> str | None:
        entries = (
            ((new or {}).get("status") or {}).get("promises", {}) if kind is kinds.ACCELERATOR_POOL else {}
        )
        return "not this one" if any(one["reservation"] == label for one in entries.values()) else None

    return rule


def poisoned() -> Hub:
    """A hub with two asks, of which the guard refuses the older one whatever is planned for it."""
    hub = contested()
    spec = {**document_of_train()["spec"], "topology": "4x4x4"}
    hub.server.add(
        kinds.CAPACITY_RESERVATION, {"metadata": {"name": "eval", "namespace": "mistral"}, "spec": spec}
    )
    hub.server.rules.append(no_entry_of("mistral/train"))
    return hub


def turns(planner: Planner, most: int = 12) -> None:
    for _ in range(most):
        planner.look()
        if not planner.turn():
            return
    raise AssertionError(f"{most} turns, and still something to write")


def ready(hub: Hub, name: str) -> str:
    stored = hub.server.find(kinds.CAPACITY_RESERVATION, name, "mistral")
    assert stored is not None
    found = [one for one in stored.get("status", {}).get("conditions", ()) if one["type"] == "Promised"]
    return str(found[0]["reason"]) if found else "silence"


def test_the_others_of_a_pool_are_promised_and_the_refused_one_is_told() -> None:
    hub = poisoned()
    turns(Planner(hub, hub.server))
    assert (ready(hub, "eval"), ready(hub, "train")) == ("Promised", "Frozen")


def test_a_promise_object_that_is_refused_stops_only_its_own_reservation() -> None:
    hub = poisoned()
    hub.server.rules[:] = [
        lambda kind, _, new: (
            "not this one"
            if kind is kinds.CAPACITY_PROMISE and new and new["spec"]["reservation"] == "train"
            else None
        )
    ]
    turns(Planner(hub, hub.server))
    assert (ready(hub, "eval"), ready(hub, "train")) == ("Promised", "Frozen")


def test_it_is_tried_again_by_itself_and_promised_once_nothing_is_refused() -> None:
    hub = poisoned()
    planner = Planner(hub, hub.server)
    turns(planner)
    hub.server.rules.clear()
    hub.time.sleep(FIRST_PAUSE)
    turns(planner)
    assert ready(hub, "train") == "Promised"
    assert promise(hub) is not None


def test_while_it_is_refused_it_is_tried_ever_more_seldom() -> None:
    hub = poisoned()
    planner = Planner(hub, hub.server)
    for _ in range(40):
        turns(planner)
        hub.time.sleep(60)
    wrong = sum(
        request.method == "PUT"
        and ("dryRun", "All") not in request.query
        and b"mistral/train" in (request.body or b"")
        for request in hub.server.requests
    )
    assert 5 <= wrong <= 15


def test_who_got_through_is_forgotten_and_starts_anew() -> None:
    time = [0.0]
    refusals = Refusals(lambda: time[0])
    seen = asked("mistral/a")
    planned = plan(seen)
    (write,) = planned.ledgers

    for at, pause in ((0.0, 5), (5.0, 10), (60.0, 5)):
        time[0] = at
        refusals.after(seen, planned, Outcome(), lambda _: True)
        refusals.after(seen, planned, Outcome(refused={write.pool: "no"}), lambda w: not w.ledger.entries)
        time[0] = at + pause - 0.1
        assert list(refusals.standing()) == list(seen.reservations)
        time[0] = at + pause
        assert not refusals.standing()
