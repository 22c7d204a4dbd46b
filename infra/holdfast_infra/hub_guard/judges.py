"""What one changed input does, told from its old and its new value. Pure.

A judge may raise whatever a value of another shape raises: inputs.py asks the hub then.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from ipaddress import IPv4Network
from typing import Any

from holdfast.hardware.instants import seconds_of
from holdfast.hardware.names import POOL_LABEL, UNIT_LABEL
from holdfast_infra.declaration.capacity import PUBLISHED, TAKEN_BACK
from holdfast_infra.declaration.site import UNDER_CONSTRUCTION
from holdfast_infra.hub_guard.exclusions import opened
from holdfast_infra.hub_guard.supply import FAR, Object, takings

_TAKEN_BACK = frozenset(PUBLISHED[capacity] for capacity in TAKEN_BACK)


class Verdict(Enum):
    """What becomes of a changed input."""

    HARMLESS = "harmless"
    ASKS = "asks"
    REFUSED = "refused"


Judge = Callable[[Any, Any], Verdict]
"""Old and new value, None where there is none."""


def harmless(_old: Any, _new: Any) -> Verdict:
    """Whatever it becomes."""
    return Verdict.HARMLESS


def asks(_old: Any, _new: Any) -> Verdict:
    """Whatever it becomes."""
    return Verdict.ASKS


def refused(_old: Any, _new: Any) -> Verdict:
    """Whatever it becomes."""
    return Verdict.REFUSED


def _asks_if(weakens: bool) -> Verdict:
    return Verdict.ASKS if weakens else Verdict.HARMLESS


def more_asks(old: Any, new: Any) -> Verdict:
    """A number; absent is 0."""
    return _asks_if((new or 0) > (old or 0))


def fewer_asks(old: Any, new: Any) -> Verdict:
    """A number; absent is 0."""
    return _asks_if((new or 0) < (old or 0))


def falling_asks(old: Any, new: Any) -> Verdict:
    """A number; absent is not 0: hosts that come and go, or a default of the hub's."""
    return _asks_if(None in (old, new) or new < old)


def rising_asks(old: Any, new: Any) -> Verdict:
    """The same, where more takes something away."""
    return _asks_if(None in (old, new) or new > old)


def on_asks(_old: Any, new: Any) -> Verdict:
    """True or false; absent is false."""
    return _asks_if(new not in (None, False))


def off_asks(_old: Any, new: Any) -> Verdict:
    """True or false; absent is false."""
    return _asks_if(new is not True)


def changing_asks(old: Any, _new: Any) -> Verdict:
    """Anything that makes safer once it is given: given for the first time it passes."""
    return _asks_if(old is not None)


def dropping_asks(old: Any, new: Any) -> Verdict:
    """A list: every item that was there stays, more may come."""
    return _asks_if(not all(each in (new or []) for each in old or []))


def narrowing_asks(old: Any, new: Any) -> Verdict:
    """A range of addresses."""
    return _asks_if(not IPv4Network(new).supernet_of(IPv4Network(old)))


def opening_asks(old: Any, new: Any) -> Verdict:
    """Maintenance exclusions: what was excluded stays excluded."""
    return _asks_if(bool(opened(old or [], new or [])))


def earlier_asks(old: Any, new: Any) -> Verdict:
    """The end of something; absent is never."""
    return _asks_if(_instant(new) < _instant(old))


def closing_asks(_old: Any, new: Any) -> Verdict:
    """The lifecycle of a datacenter."""
    return _asks_if(new == UNDER_CONSTRUCTION)


def taking_asks(old: Any, new: Any) -> Verdict:
    """Units of a pool: see supply.py."""
    return _asks_if(bool(takings({"units": old}, {"units": new})))


def shortening_asks(old: Any, new: Any) -> Verdict:
    """Obligations of a pool: see supply.py."""
    before: Object = {"units": {}, "obligations": old or []}
    return _asks_if(bool(takings(before, {"units": {}, "obligations": new or []})))


def marks(old: Any, new: Any) -> Verdict:
    """Labels of nodes: those that say which unit they are never change, others may be what a tenant's pods select."""
    same = all((old or {}).get(name) == (new or {}).get(name) for name in (POOL_LABEL, UNIT_LABEL))
    return Verdict.ASKS if same else Verdict.REFUSED


def birth_taints(old: Any, new: Any) -> Verdict:
    """Taints that nodes are born with: more keep out more, and without one of them a node is born open."""
    return Verdict.HARMLESS if dropping_asks(old, new) is Verdict.HARMLESS else Verdict.REFUSED


def taken_back(old: Any, new: Any) -> Verdict:
    """How a pool is paid for: what its provider may take back never becomes what is promised, or the reverse."""
    crossing = (old in _TAKEN_BACK) != (new in _TAKEN_BACK)
    return Verdict.REFUSED if crossing else Verdict.HARMLESS


def _instant(text: Any) -> int:
    return FAR if text is None else seconds_of(text)
