"""I10: what the agents report open or clean fits the grants; nobody gets a unit before the one before is out."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.api.ledger import UnitGrant
from holdfast.api.report import UnitReport
from holdfast.audit.finding import Finding
from holdfast.audit.picture import Picture


def reports_fit_the_grants(picture: Picture) -> Iterator[Finding]:
    """openGrant is the number of the unit's grant (until it is handed back); cleanGrant is no Active one."""
    for pool, report in picture.reports.items():
        for unit, seen in report.spec.units.items():
            wrong = _fault(picture.ledger(pool).units.get(unit), seen)
            if wrong:
                yield Finding(
                    "I10",
                    f"unit {pool}/{unit}",
                    wrong,
                    "a unit may be open to a former holder, or closed to its present one",
                )


def _fault(grant: UnitGrant | None, seen: UnitReport) -> str:
    """An agent closes a unit some time after it went Releasing: an open number is right until it is freed."""
    if seen.open_grant is not None and (grant is None or grant.grant != seen.open_grant):
        holder = "is free" if grant is None else f"has grant {grant.grant}"
        return f"is reported open under grant {seen.open_grant}; in the ledger it {holder}"
    if grant is not None and grant.state == "Active" and seen.clean_grant == grant.grant:
        return f"is reported clean of grant {grant.grant}, which is Active in the ledger"
    return ""
