"""What is said where more of a tenant's reservations are gone than may count as cancelled by now.

    frozen                     Stalled      DeletionsFrozen      how many, since when, why, what to do
    frozen, and released       Reconciling  DeletionsReleased    they go as the questions are answered
    questioned                 Reconciling  DeletionsQuestioned  time ends it
    an annotation not obeyed   Stalled      ReleaseRefused       or a part of DeletionsFrozen

On the Tenant, which only platform engineers read, with the cause; in the tenant's own namespaces as an event that says
what happens to its reservations, and nothing of anybody else's.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.api.conditions import Condition
from holdfast.api.reasons import Reason
from holdfast.hardware.instants import text_of
from holdfast.hardware.names import RELEASE_ANNOTATION
from holdfast.planner.state.deletions import HeldDeletions, Release
from holdfast.planner.state.steps import Told
from holdfast.planner.status.conditions import Answer, Question
from holdfast.planner.status.readiness import Readiness

_HELD = frozenset(
    reason.value
    for reason in (
        Reason.DELETIONS_QUESTIONED,
        Reason.DELETIONS_FROZEN,
        Reason.DELETIONS_RELEASED,
        Reason.RELEASE_REFUSED,
    )
)
TENANTS_WORDS = {
    Reason.DELETIONS_FROZEN: (
        "reservations of this tenant are gone in a way that its own deletions do not explain; their promises are "
        "kept, and a platform engineer must look"
    ),
    Reason.DELETIONS_QUESTIONED: (
        "many reservations of this tenant are gone at once; their promises end a few minutes later than those of "
        "single ones, and until then their units are kept"
    ),
    Reason.DELETIONS_RELEASED: (
        "a platform engineer lets the promises end whose reservations are gone; their units are given back"
    ),
}
"""What the tenant's people read in their namespaces."""


def held_answers(held: HeldDeletions, before: tuple[Condition, ...], now: int) -> list[Answer]:
    """The conditions of a Tenant; each says since when with the time that stands there already, if it does."""

    def since(reason: Reason) -> str:
        told = next((one for one in before if one.reason == reason.value), None)
        return text_of(now if told is None else told.last_transition_time)

    return [
        (question, Readiness("True", reason, _message(reason, held, since(reason))))
        for question, reason in _answers(held, now)
    ]


def _answers(held: HeldDeletions, now: int) -> Iterator[tuple[Question, Reason]]:
    release = held.release
    if held.frozen and release is not None and release.holds(now):
        yield "Reconciling", Reason.DELETIONS_RELEASED
        return
    if held.questioned:
        yield "Reconciling", Reason.DELETIONS_QUESTIONED
    if held.frozen:
        yield "Stalled", Reason.DELETIONS_FROZEN
    elif release is not None and release.refused:
        yield "Stalled", Reason.RELEASE_REFUSED


def _message(reason: Reason, held: HeldDeletions, since: str) -> str:
    refused = held.release.refused if held.release is not None else ""
    if reason is Reason.RELEASE_REFUSED:
        return refused
    if reason is Reason.DELETIONS_QUESTIONED:
        return (
            f"{held.questioned} reservations are gone at once since {since}: each of their promises ends after ten "
            "times the usual patience; nothing needs to be done if they were meant to go"
        )
    if reason is Reason.DELETIONS_RELEASED:
        until = text_of(held.release.until) if held.release is not None else ""
        return f"{held.frozen} frozen deletions may go until {until}, by the annotation {RELEASE_ANNOTATION}"
    tried = f"; {refused or _over(held.release)}" if held.release is not None else ""
    return (
        f"{held.frozen} reservations are gone since {since}, and their promises are kept, with their units: "
        f"{', and '.join(held.causes)}. Restore what was lost; or, if they were meant to go, annotate this Tenant "
        f"with {RELEASE_ANNOTATION}=INSTANT (RFC 3339, at most 24 h ahead){tried}"
    )


def _over(release: Release) -> str:
    return f"the release until {text_of(release.until)} is over"


def news_of(before: tuple[Condition, ...], now_said: tuple[Condition, ...]) -> Iterator[Told]:
    """An event of the Tenant for each of these conditions that is new."""
    known = {one.reason for one in before}
    for one in now_said:
        if one.reason in _HELD and one.reason not in known:
            yield Told(Reason.of(one.reason), one.message)
