"""Two looks: in a moving system a single look is no proof.

Hub and sites are read kind by kind, so one look may see a promise after a step and its ledger before it: between
the commit of a promise and its roll into the ledger, or between a grant and the report that it is open. Such a
picture is healed by the next turn. What two looks some seconds apart both show is not a step half taken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from holdfast.audit.checks import findings_in
from holdfast.audit.finding import Finding
from holdfast.audit.picture import Picture


@dataclass(frozen=True, slots=True)
class Verdict:
    """What both looks found, in the words of the last one, and the last picture itself."""

    findings: tuple[Finding, ...]
    picture: Picture

    @property
    def clean(self) -> bool:
        """Whether all was read and nothing is wrong."""
        return not self.findings and not self.picture.unread


def judge(look: Callable[[], Picture], settle: Callable[[], None]) -> Verdict:
    """Look once, and where something seems wrong `settle` and look again. Raises what `look` raises."""
    first = look()
    suspected = {finding.key for finding in findings_in(first)}
    if not suspected:
        return Verdict((), first)
    settle()
    second = look()
    return Verdict(tuple(each for each in findings_in(second) if each.key in suspected), second)
