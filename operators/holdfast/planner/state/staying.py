"""Until when the units in a reservation's hands have to stay there, if its entry changes.

Of several intervals only those that run have the units in its hands; those of a later one are found as it begins. So a
night more is added to a series whatever becomes of tonight's units. Not simpler, as the end of the last interval: a
series of three nights whose cube retires tomorrow could not get a fourth, which is promised at once if it is asked for
by itself.
"""

from __future__ import annotations

from holdfast.planner.state.ledger import Entry, Form


def stays_until(entry: Entry | None, wanted: Form, now: int) -> int:
    """The last instant until which units in its hands have to stay longer than they do; 0 where none has to.

    What runs is compared step by step, that which lasts longest with that which lasts longest. Example: of two units
    one is due until 10:00 and one until 20:00; until 15:00 and 20:00, it is 15:00. All units in its hands are asked
    for it, since which of them leaves at a step down is not decided by when they retire. Where nothing is to run, the
    whole of both forms is compared: what is in its hands counts for the first interval.
    """
    if entry is None:
        return 0
    ahead = _ends(wanted, now)
    if not ahead:
        return wanted.end if wanted.end > entry.form.end else 0
    had = _ends(entry.form, now)
    had += [max(had, default=0)] * len(ahead)
    return max((end for end, before in zip(ahead, had, strict=False) if end > before), default=0)


def _ends(form: Form, now: int) -> list[int]:
    """When the need of each unit that is due at an instant ends, clearing included, the last one first."""
    return [part.end for part in form.running(now) for _ in range(part.count)]
