"""Reasons: each documented, each a word, none missing that the statuses speak of."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from holdfast.api.conditions import Condition, ConditionType
from holdfast.api.generate import reasons_page
from holdfast.api.mender import Mender
from holdfast.api.promise import Cause
from holdfast.api.reasons import CAUSES, RUNNING, Reason

PROMISED_WORDS = [
    "Misconfigured",
    "ExceedsEntitlement",
    "NoMatchingPool",
    "TopologyImpossible",
    "WindowConflict",
    "InsufficientHealthyCapacity",
    "SupplyNotYetDelivered",
    "SiteLeaseEnds",
    "ExceedsCapacity",
    "WindowBegun",
    "WaitingForHandover",
    "DatacenterUnreachable",
    "LedgerFull",
    "Cordoned",
    "Scheduled",
    "Binding",
    "Active",
    "Releasing",
    "PartiallyFulfilled",
    "Degraded",
    "AwaitingRepair",
    "Expiring",
    "Released",
    "Cancelled",
]


@pytest.mark.parametrize("reason", Reason, ids=str)
def test_a_reason_is_a_word_with_a_meaning_and_an_advice(reason: Reason) -> None:
    assert re.fullmatch(r"[A-Z][A-Za-z]{1,63}", reason)
    assert reason.meaning.endswith(".")
    assert reason.advice.endswith(".")
    assert "|" not in reason.meaning + reason.advice


@pytest.mark.parametrize("word", PROMISED_WORDS)
def test_the_words_promised_to_tenants_exist(word: str) -> None:
    assert Reason.of(word) == word


@pytest.mark.parametrize("reason", Reason, ids=str)
def test_the_page_documents_every_reason(reason: Reason) -> None:
    row = f"| `{reason}` | {reason.meaning} | {reason.advice} | {reason.mender.value} |"
    assert row in reasons_page()


def test_a_promise_ends_expired_cancelled_or_amended_and_for_no_other_reason() -> None:
    assert CAUSES == (Reason.EXPIRED, Reason.CANCELLED, Reason.AMENDED)
    assert TypeAdapter(Cause).validate_python("Expired") == "Expired"
    with pytest.raises(ValidationError, match="'Active' is none of them"):
        TypeAdapter(Cause).validate_python("Active")


def test_pods_run_while_ready_says_so() -> None:
    with_all = {Reason.ACTIVE, Reason.EXPIRING, Reason.MAINTENANCE_AHEAD, Reason.DEGRADED}
    assert with_all | {Reason.PARTIALLY_FULFILLED} == RUNNING


def test_only_what_its_author_can_end_stalls_a_reservation() -> None:
    stalling = {reason for reason in Reason if reason.stalls}
    assert stalling == {reason for reason in Reason if reason.mender is Mender.AUTHOR}
    assert Reason.TOPOLOGY_IMPOSSIBLE in stalling
    assert Reason.WINDOW_CONFLICT not in stalling


def test_the_questions_of_a_condition_are_those_of_its_type() -> None:
    assert get_args(Condition.model_fields["type"].annotation) == tuple(str(each) for each in ConditionType)
