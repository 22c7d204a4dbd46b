from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.console.asks import ABERNATHY, LAKE, RACKS, condition
from tests.console.views.fleet import engineer, one_of, person_of
from tests.console.world import Collections, entry, site

from holdfast.api.reasons import Reason
from holdfast.console.views.in_view import InView
from holdfast.console.views.on_call import GUARDS, Matter, Urgency, on_call
from holdfast_lab.installation import MANIFESTS

WAITING = [
    ("silent site", "abernathy"),
    ("deletions held back", "acme"),
    ("deficit", ABERNATHY),
    ("repair waits", f"{ABERNATHY} cube-03"),
    ("repair waits", f"{LAKE} cube-10"),
    ("deficit ahead", LAKE),
    ("DatacenterUnreachable", "anthropic/pretrain"),
    ("agent holds back", f"{RACKS} rack-07"),
    ("maintenance waits", f"valves of {RACKS}"),
    ("ill and idle", LAKE),
]


def told(seen: InView) -> list[tuple[str, str]]:
    return [(one.kind, one.what) for one in on_call(seen)]


def test_all_that_waits_is_told_the_worst_first() -> None:
    assert told(engineer()) == WAITING
    weights = [list(Urgency).index(one.weight) for one in on_call(engineer())]
    assert weights == sorted(weights)


def test_everything_says_why_and_what_to_do() -> None:
    assert [one for one in on_call(engineer()) if not (one.why and one.do)] == []


def test_every_page_that_is_named_is_there() -> None:
    named = {
        one.runbook for one in on_call(engineer(unreadable={"tenants/x": "odd"}, guards=frozenset()))
    } - {""}
    assert [page for page in named if not (MANIFESTS.parent / page).exists()] == []
    assert len(named) >= 8


def test_a_swap_that_waits_for_its_tenant_is_told_until_it_is_answered() -> None:
    def ask(world: Collections, state: str) -> None:
        repair = {
            "pool": LAKE,
            "unit": "cube-10",
            "grant": 11,
            "state": state,
            "hostsHealthy": 13,
            "hosts": 16,
        }
        one_of(world["capacityreservations"], "finetune")["status"]["repairs"] = [repair]

    waits = ("consent waits", "acme/finetune cube-10")
    assert waits in told(engineer(lambda world: ask(world, "Failed")))
    assert waits not in told(engineer(lambda world: ask(world, "Swapping")))


def heal_site(world: Collections) -> None:
    world["datacenters"][1] = {**site("abernathy"), "metadata": world["datacenters"][1]["metadata"]}


def heal_unit(world: Collections) -> None:
    one_of(world["poolreports"], LAKE)["spec"]["units"]["cube-10"] |= {"health": "Healthy", "hostsReady": 16}


def heal_idle(world: Collections) -> None:
    one_of(world["poolreports"], LAKE)["spec"]["units"]["cube-14"]["health"] = "Healthy"


def release(world: Collections) -> None:
    del one_of(world["tenants"], "acme")["status"]


def repair(world: Collections) -> None:
    one_of(world["acceleratorpools"], ABERNATHY)["status"]["capacity"]["deficit"] = 0


def deliver(world: Collections) -> None:
    one_of(world["acceleratorpools"], LAKE)["status"]["capacity"]["deficitAhead"] = 0


def unblock(world: Collections) -> None:
    del one_of(world["poolreports"], RACKS)["spec"]["blocked"]


def accept(world: Collections) -> None:
    one_of(world["maintenancewindows"], "valves")["status"]["conditions"] = [
        condition("Accepted", "True", "Accepted")
    ]


@pytest.mark.parametrize(
    ("ends", "gone"),
    [
        (heal_site, ("silent site", "abernathy")),
        (heal_unit, ("repair waits", f"{LAKE} cube-10")),
        (heal_idle, ("ill and idle", LAKE)),
        (release, ("deletions held back", "acme")),
        (repair, ("deficit", ABERNATHY)),
        (deliver, ("deficit ahead", LAKE)),
        (unblock, ("agent holds back", f"{RACKS} rack-07")),
        (accept, ("maintenance waits", f"valves of {RACKS}")),
    ],
)
def test_what_is_mended_is_not_told_any_more(
    ends: Callable[[Collections], None], gone: tuple[str, str]
) -> None:
    assert told(engineer(ends)) == [one for one in WAITING if one != gone]


def waiting_with(word: str, message: str = "a sentence of its own") -> Matter:
    """What is told of a window that is not accepted for a reason of this word."""

    def say(world: Collections) -> None:
        status = one_of(world["maintenancewindows"], "valves")["status"]
        status["conditions"] = [condition("Accepted", "False", word, message)]

    found = on_call(engineer(say))
    assert [(one.kind, one.what) for one in found] == WAITING
    return next(one for one in found if one.kind == "maintenance waits")


def test_a_reason_of_a_newer_operator_is_shown_as_it_is_among_all_the_rest() -> None:
    found = waiting_with("WordOfANewerOperator")
    assert found.why.startswith("WordOfANewerOperator: a sentence of its own")
    assert found.do == "look WordOfANewerOperator up in docs/reasons.md of the operator's version"
    assert waiting_with("WordOfANewerOperator", "").why.startswith("WordOfANewerOperator: ")


def test_a_reason_that_is_known_has_its_advice() -> None:
    known = Reason.INSUFFICIENT_HEALTHY_CAPACITY
    assert waiting_with(known).do == known.advice


def test_a_ledger_that_is_near_full_is_told() -> None:
    def fill(world: Collections, count: int) -> None:
        ledger: dict[str, Any] = one_of(world["acceleratorpools"], LAKE)["status"]
        ledger["promises"] = {f"{n:036x}": entry("acme/serving", 1, 100, 101) for n in range(count)}

    assert ("ledger near full", LAKE) in told(engineer(lambda world: fill(world, 820)))
    assert ("ledger near full", LAKE) not in told(engineer(lambda world: fill(world, 800)))


def test_a_guard_that_is_missing_is_told_to_who_may_read_guards() -> None:
    assert ("guard missing", "holdfast-promise-kept") in told(
        engineer(guards=GUARDS - {"holdfast-promise-kept"})
    )
    assert told(engineer(guards=None)) == WAITING


def test_what_cannot_be_read_is_told_with_why() -> None:
    assert told(engineer(unreadable={"tenants/x": "spec.group: odd"}))[1] == ("unreadable", "tenants/x")


def test_a_tenant_is_told_of_its_own_only() -> None:
    assert told(person_of("mistral")) == []
    assert told(person_of("anthropic")) == [("DatacenterUnreachable", "anthropic/pretrain")]


def test_the_guards_are_those_of_the_manifests_of_a_hub() -> None:
    texts = [file.read_text() for part in ("definitions/guards", "hub/policies", "shared/policies")
             for file in (MANIFESTS / part).glob("*.yaml")]  # fmt: skip
    parts = [
        part
        for text in texts
        for part in text.split("\n---\n")
        if "kind: ValidatingAdmissionPolicyBinding" in part
    ]
    names = {line.split()[1] for part in parts for line in part.splitlines() if line.startswith("  name: ")}
    assert names == GUARDS, "GUARDS of console/views/on_call.py names those of the manifests"
