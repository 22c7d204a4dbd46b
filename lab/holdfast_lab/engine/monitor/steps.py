"""Which step a registration becomes. Pure: what stands and what the provider said in, a step out.

stands?   differs?                              step
no        -                                     create
yes       no                                    same
yes       yes, in place                         update   (also: a change did not end last time)
yes       yes, needs a new object               replace  (the provider says so, the program asks for it,
                                                          or its provider is another one now)
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal

from holdfast_lab.engine.monitor.goal import Goal
from holdfast_lab.engine.monitor.state import ResourceState
from holdfast_lab.pulumi_protocol.property_values import Plain
from holdfast_lab.pulumi_protocol.provider_calls import Verdict


@dataclass(frozen=True, slots=True)
class Decision:
    """The step, what it is for, and for a replacement which comes first."""

    step: Literal["create", "same", "update", "replace"]
    reasons: tuple[str, ...] = ()
    delete_first: bool = False


def decide(goal: Goal, old: ResourceState, found: Verdict) -> Decision:
    """The step for something that stands."""
    reasons = list(found.replaces)
    if old.provider != goal.provider:
        reasons.append("provider")
    reasons += [each for each in found.changed if _named(each, goal.replace_on_changes)]
    if reasons:
        first = found.delete_first if goal.delete_first is None else goal.delete_first
        return Decision("replace", tuple(dict.fromkeys(reasons)), first)
    if found.changed or old.unfinished:
        return Decision("update", found.changed or ("unfinished",))
    return Decision("same")


def with_ignored(inputs: Plain, old: Plain, paths: Sequence[str]) -> Plain:
    """New inputs with the old values at the paths whose changes are to be ignored."""
    kept = deepcopy(inputs)
    for path in paths:
        _restore(kept, old, path.split("."))
    return kept


def _restore(new: Any, old: Any, keys: list[str]) -> None:
    key, *rest = keys
    if not isinstance(new, dict) or not isinstance(old, dict):
        return
    if rest:
        _restore(new.get(key), old.get(key), rest)
    elif key in old:
        new[key] = old[key]
    else:
        new.pop(key, None)


def _named(changed: str, paths: Sequence[str]) -> bool:
    return any(path == "*" or path.split(".")[0].split("[")[0] == changed for path in paths)
