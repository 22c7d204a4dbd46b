"""What `holdfast guard` prints of a judged plan: a table for people, a document for programs, an exit code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from holdfast_infra.columns import columns
from holdfast_infra.engine_files import Plan
from holdfast_infra.plan_guard.judgement import Touch

NOTHING, PROMISED, COULD_NOT_JUDGE, PLEDGED = 0, 1, 2, 3
"""Exit codes. A promise that is touched is certain, however little else could be seen."""
_MOST_NAMED = 3
_HEAD = ("STEP", "OBJECT", "POOL", "FOR", "WHOSE", "UNTIL")


def exit_code(plan: Plan, touches: Sequence[Touch]) -> int:
    """What the plan means to a pipeline."""
    if any(touch.refusal for touch in touches):
        return PROMISED
    if plan.errors:
        return COULD_NOT_JUDGE
    return PLEDGED if touches else NOTHING


def lines(plan: Plan, touches: Sequence[Touch]) -> Iterator[str]:
    """The judgement for people."""
    yield from columns(_HEAD, [row for touch in touches for row in _rows(touch)])
    for touch in touches:
        if touch.refusal:
            yield f"refused: {_object(touch)}: {touch.refusal}"
    for error in plan.errors[:1]:
        yield f"the preview failed, so this is not the whole plan: {error}"
    yield _summary(plan, touches)


def document(plan: Plan, touches: Sequence[Touch]) -> dict[str, Any]:
    """The judgement for programs."""
    return {
        "stack": plan.stack,
        "exitCode": exit_code(plan, touches),
        "steps": len(plan.steps),
        "errors": list(plan.errors),
        "touches": [_touch(touch) for touch in touches],
    }


def _touch(touch: Touch) -> dict[str, Any]:
    step, refusal = touch.step, touch.refusal
    return {
        "op": step.op,
        "urn": step.urn,
        "fields": list(touch.fields),
        "promises": [asdict(each) for each in touch.backing.promises],
        "pledges": [asdict(each) for each in touch.backing.pledges],
        "refused": refusal.reason if refusal else None,
        "remedy": refusal.remedy if refusal else None,
    }


def _rows(touch: Touch) -> Iterator[tuple[str, ...]]:
    named = [
        *((each.pool, f"reservation {each.reservation}", each.tenant, each.until) for each in touch.backing.promises),
        *((each.pool, f"pledge {each.facility}", each.lender, each.until) for each in touch.backing.pledges),
    ]  # fmt: skip
    more = len(named) - _MOST_NAMED
    shown = [*named[:_MOST_NAMED], *([("", f"and {more} more", "", "")] if more > 0 else [])]
    for row in shown or [("", "", "", "")]:
        yield touch.done, _object(touch), *(cell or "-" for cell in row)


def _object(touch: Touch) -> str:
    return f"{touch.step.kind.rpartition(':')[2]} {touch.step.name}"


def _summary(plan: Plan, touches: Sequence[Touch]) -> str:
    promised = sum(touch.refusal is not None for touch in touches)
    pledged = len(touches) - promised
    if not touches:
        return f"{plan.stack or 'this plan'}: none of {len(plan.steps)} changes touches what is promised or pledged"
    return (
        f"{plan.stack}: of {len(plan.steps)} changes {promised} touch what is promised and {pledged} more what is "
        "pledged"
    )
