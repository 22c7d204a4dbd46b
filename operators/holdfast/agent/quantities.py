"""Kubernetes' quantities as whole thousandths, so that they can be added and compared: 100m is 100, 4 is 4000. Pure.

Grammar: k8s.io/apimachinery, pkg/api/resource/quantity.go. A fraction of a thousandth is rounded up, as there.
"""

from __future__ import annotations

import re
from fractions import Fraction
from math import ceil

_QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|(n|u|m|k|[MGTPE]|[KMGTPE]i)?)", re.ASCII)
_LARGER = "kMGTPE"
_MOST_DIGITS = 40
_LARGEST_EXPONENT = 30


def thousandths(text: str) -> int | None:
    """How many thousandths a quantity is; None where the text is none."""
    found = _QUANTITY.fullmatch(text) if len(text) <= _MOST_DIGITS else None
    if found is None:
        return None
    number, exponent, suffix = found.groups()
    if exponent:
        power = int(exponent[1:])
        return (
            ceil(Fraction(number) * Fraction(10) ** power * 1000) if abs(power) <= _LARGEST_EXPONENT else None
        )
    return ceil(Fraction(number) * _factor(suffix or "") * 1000)


def quantity(thousandths: int) -> str:
    """The shortest plain way to write it."""
    whole, rest = divmod(thousandths, 1000)
    return f"{thousandths}m" if rest else str(whole)


def _factor(suffix: str) -> Fraction:
    if suffix in ("n", "u", "m"):
        return Fraction(1, 1000 ** (3 - ("n", "u", "m").index(suffix)))
    if suffix.endswith("i"):
        return Fraction(1024 ** (_LARGER.upper().index(suffix[0]) + 1))
    return Fraction(1000 ** (_LARGER.index(suffix) + 1)) if suffix else Fraction(1)
