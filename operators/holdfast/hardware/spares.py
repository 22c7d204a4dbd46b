"""How many units a pool keeps back, asked by confidence instead of by count.

Each of n units works at an instant with the same probability, independently of the others; so the number of those that
do not is binomial. Spares are enough with a confidence if at least so often no more units fail than there are spares.

Shares are basis points: 9,950 is 99.50 %. All of it is whole numbers, so that every program comes to the same answer.
"""

from __future__ import annotations

from functools import lru_cache
from math import comb

WHOLE = 10_000
"""Basis points of all."""


@lru_cache(maxsize=4096)
def spares_for(units: int, availability: int, confidence: int) -> int:
    """The fewest spares k such that of `units` at most k fail at an instant, with at least the confidence.

        sum of comb(n, i) * (1 - a)^i * a^(n - i) for i = 0 .. k   >=   c

    `availability` (a) is how often one unit works, `confidence` (c) how often the spares are to suffice, both in basis
    points. Multiplied by 10,000^n each term is a whole number. Raises ValueError for shares that are none.
    """
    for share, name in ((availability, "availability"), (confidence, "confidence")):
        if not 0 < share <= WHOLE:
            raise ValueError(f"{name} of {share} basis points is no share: it is from 1 to {WHOLE}")
    fails, reached, wanted = WHOLE - availability, 0, confidence * WHOLE ** max(units, 0)
    for spares in range(units):
        reached += comb(units, spares) * fails**spares * availability ** (units - spares)
        if reached * WHOLE >= wanted:
            return spares
    return max(units, 0)


def share_text(share: int) -> str:
    """A share as people read it: 9950 is `99.50 %`."""
    return f"{share // 100}.{share % 100:02d} %"
