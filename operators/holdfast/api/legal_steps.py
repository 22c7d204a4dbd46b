"""The legal steps of an entry, of a unit's grant and of a promise object: one table each.

The API server's guards are made of them, the writer asks them before it sends, tests and the model check walk them.
To stay in a state is always legal; what else a step must keep (rounds, forms, owners) stands beside each guard.

    entry      (nothing) -> Prepared -> Committed -> Releasing -> (nothing);  Prepared -> (nothing)
    unit       (free) -> Active -> Releasing -> (free);  Releasing -> Quarantined -> (free)
    promise    (nothing) -> None | Committed;  None -> Committed | Releasing;  Committed -> Releasing -> Released
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

ABSENT = ""
"""The state of what is not there: before its birth, and after its end."""

Steps = Mapping[str, tuple[str, ...]]
"""From each state to the states that may follow it at once."""

ENTRY_STEPS: Steps = {
    ABSENT: ("Prepared",),
    "Prepared": ("Committed", ABSENT),
    "Committed": ("Releasing",),
    "Releasing": (ABSENT,),
}
GRANT_STEPS: Steps = {
    ABSENT: ("Active",),
    "Active": ("Releasing",),
    "Releasing": ("Quarantined", ABSENT),
    "Quarantined": (ABSENT,),
}
PROMISE_STEPS: Steps = {
    ABSENT: ("None", "Committed"),
    "None": ("Committed", "Releasing"),
    "Committed": ("Releasing",),
    "Releasing": ("Released",),
    "Released": (ABSENT,),
}


def legal(steps: Steps, old: str, new: str) -> bool:
    """Whether one write may take a thing from one state to another; ABSENT is a state."""
    return old == new or new in steps[old]


def illegal(steps: Steps, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Of things by name with their states before and after a write: name, old and new state of each illegal step."""
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name, ABSENT), new.get(name, ABSENT)
        if not legal(steps, before, after):
            yield name, before, after


def follows_in_cel(steps: Steps, old: str, new: str) -> str:
    """A CEL expression: the state of `new` may follow that of `old`, both being there."""
    taken = [
        f"({old} == '{before}' && {new} == '{after}')"
        for before, following in steps.items()
        for after in following
        if ABSENT not in {before, after}
    ]
    return f"({' || '.join([f'{old} == {new}', *taken])})"


def may_leave_in_cel(steps: Steps, old: str) -> str:
    """A CEL expression: what is in state `old` may be gone after the write."""
    return " || ".join(f"{old} == '{before}'" for before, following in steps.items() if ABSENT in following)


def born_in_cel(steps: Steps, new: str) -> str:
    """A CEL expression: what was not there may begin in state `new`."""
    return " || ".join(f"{new} == '{after}'" for after in steps[ABSENT])
