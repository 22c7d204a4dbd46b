from __future__ import annotations

import pytest
from tests.builders import DAY, HOUR, NOW
from tests.console.asks import LAKE, uid
from tests.console.views.fleet import engineer, person_of

from holdfast.api.repair import UnitRepair
from holdfast.api.reservation_status import ReservationStatus
from holdfast.console.views.in_view import InView
from holdfast.console.views.reservation import (
    EventLine,
    Fact,
    ReservationPage,
    page,
    repair_text,
    tone,
    word_and_tone,
)
from holdfast.hardware.names import FIRST_UID_ANNOTATION


def shown(seen: InView, path: str, *told: EventLine) -> ReservationPage:
    namespace, _, name = path.partition("/")
    return page(seen, seen.reservations[namespace, name], told)


def test_it_says_what_was_asked_and_what_is_promised() -> None:
    found = shown(person_of("mistral"), "mistral/pretrain-q1")
    assert found.asked[0] == Fact("what", "8 x tpu7x 4x4x4: 8 units, 512 chips")
    assert Fact("in", f"8 units of {LAKE}") in found.promised
    assert (found.answer.word, found.answer.tone, found.hold) == ("Active", "good", ())


def test_a_hold_says_why_what_is_in_the_way_and_what_would_help() -> None:
    found = shown(person_of("mistral"), "mistral/huge")
    assert [fact.term for fact in found.hold] == [
        "InsufficientHealthyCapacity",
        "in the way",
        "as asked from",
    ]
    assert found.helps == ("Later: window.start: 2027-04-01T08:00:00Z, window.end: 2027-05-31T08:00:00Z",)
    assert (found.answer.tone, found.promised) == ("waiting", ())
    assert found.answer.advice


def test_access_is_a_text_to_copy_into_a_pod() -> None:
    ((site, text),) = shown(person_of("mistral"), "mistral/pretrain-q1").access
    assert site == "lake-mariner"
    assert "nodeSelector:\n  holdfast.node-restriction.kubernetes.io/reservation:" in text
    assert "namespace mistral, cluster https://lake-mariner.example" in text


def test_repairs_of_its_units_are_told_to_its_tenant() -> None:
    repair = UnitRepair(
        pool=LAKE, unit="cube-00", grant=1, state="Failed", reason="NotReady", hosts=16, hosts_healthy=15,
        since=NOW, swap_at=NOW + HOUR,
    )  # fmt: skip
    assert repair_text(repair) == (
        "Failed (NotReady): 15 of 16 hosts work, since 2027-01-15T08:00:00Z, may be swapped from 2027-01-15T09:00:00Z"
    )
    seen = person_of("mistral")
    one = seen.reservations["mistral", "pretrain-q1"]
    assert one.status is not None
    told = one.model_copy(update={"status": one.status.model_copy(update={"repairs": (repair,)})})
    assert page(seen, told).repairs == (Fact(f"cube-00 of {LAKE}", repair_text(repair)),)
    assert page(seen, one).repairs == ()


def test_the_story_is_told_in_order_by_all_who_know_of_it() -> None:
    told = EventLine(NOW - 20 * DAY + HOUR, "Bound", "every promised unit is granted")
    story = shown(engineer(), "mistral/pretrain-q1", told).story
    assert [one.who for one in story[:3]] == ["tenant", "promise", "ledger"]
    assert (story[-1].who, story[-1].word) == ("event", "Bound")
    assert [one.at for one in story] == sorted(one.at for one in story)
    assert len([one for one in story if one.who == "ledger"]) == 8


def test_what_was_restored_from_a_backup_keeps_all_its_chapters() -> None:
    seen = engineer()
    one = seen.reservations["mistral", "pretrain-q1"]
    first = {FIRST_UID_ANNOTATION: one.metadata.uid or ""}
    again = one.metadata.model_copy(update={"uid": uid("restored"), "annotations": first})
    restored = page(seen, one.model_copy(update={"metadata": again}))
    assert restored == page(seen, one)
    assert "Committed" in {chapter.word for chapter in restored.story}


def test_units_are_for_who_may_read_pools() -> None:
    units = shown(engineer(), "acme/finetune").units
    assert [(held.cell.unit, held.cell.health) for held in units][2] == ("cube-10", "Unhealthy")
    assert shown(person_of("acme"), "acme/finetune").units == ()


@pytest.mark.parametrize(
    ("status", "word", "expected"),
    [
        ("True", "Active", "good"),
        ("False", "Scheduled", "waiting"),
        ("False", "ExceedsEntitlement", "bad"),
        ("Unknown", "DatacenterUnreachable", "bad"),
        ("False", "AWordOfANewerOperator", "bad"),
        ("True", "AWordOfANewerOperator", "good"),
    ],
)
def test_a_word_has_the_tone_of_who_must_act(status: str, word: str, expected: str) -> None:
    assert tone(status, word) == expected


def test_a_reservation_nobody_has_answered_says_so() -> None:
    seen = person_of("mistral")
    bare = seen.reservations["mistral", "huge"].model_copy(update={"status": None})
    assert word_and_tone(bare) == ("Unanswered", "waiting")
    assert page(seen, bare).story[0].word == "Asked"
    assert page(seen, bare.model_copy(update={"status": ReservationStatus()})).answer.word == "Unanswered"
    assert uid("mistral/huge") == bare.metadata.uid
