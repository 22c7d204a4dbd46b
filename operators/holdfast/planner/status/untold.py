"""What cannot be said of one object is told of it to a person, and stops no word about any other.

A status is worked out of much that changes, and has limits of its own: one that passes a limit, or a fault of ours,
would end this turn for the whole hub, and every turn after it. What stands in the status of that object stays there.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import TypeVar

from pydantic import ValidationError

from holdfast.api.door import unfit

Untold = dict[str, str]
"""By object, why nothing could be said of it in a turn."""
StatusT = TypeVar("StatusT")


def worded(untold: Untold | None, name: str, make: Callable[[], StatusT]) -> StatusT | None:
    """What there is to say of an object; None where that fails, and why is noted. Without `untold` it raises."""
    if untold is None:
        return make()
    try:
        return make()
    except ValidationError as fault:
        untold[name] = f"its status is not written: {unfit(fault)}; report it"
    except Exception as fault:
        at = traceback.extract_tb(fault.__traceback__)[-1]
        why = f"{type(fault).__name__}: {fault} in {at.name}, line {at.lineno}"
        untold[name] = f"its status is not written: saying it fails with {why}; report it"
    return None
