"""Reasons: each documented, each a word, none missing that the statuses speak of."""

import re
from typing import get_args

import pytest

from holdfast.api.conditions import Condition, ConditionType
from holdfast.api.generate import reasons_page
from holdfast.api.promise import Cause
from holdfast.api.reasons import Reason

PROMISED_WORDS = [
    "Misconfigured",
    "ExceedsEntitlement",
    "NoMatchingPool",
    "TopologyImpossible",
    "WindowConflict",
    "InsufficientHealthyCapacity",
    "SupplyNotYetDelivered",
    "SiteLeaseEnds",
    "PledgeRestricted",
    "UnderMaintenance",
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
    assert Reason(word) == word


@pytest.mark.parametrize("reason", Reason, ids=str)
def test_the_page_documents_every_reason(reason: Reason) -> None:
    assert f"| `{reason}` | {reason.meaning} |" in reasons_page()


def test_every_cause_of_an_end_is_a_reason() -> None:
    assert [Reason(cause) for cause in get_args(Cause) if cause] == [
        Reason.EXPIRED,
        Reason.CANCELLED,
        Reason.AMENDED,
    ]


def test_the_questions_of_a_condition_are_those_of_its_type() -> None:
    assert get_args(Condition.model_fields["type"].annotation) == tuple(str(each) for each in ConditionType)
