"""Rules of when GKE may upgrade: what is refused, the sentence that says so, and what passes instead."""

from __future__ import annotations

Changes = list[tuple[str, object]]


def windows(*dates: tuple[str, str]) -> tuple[str, object]:
    return ("cluster/maintenanceWindows", [{"start": start, "end": end} for start, end in dates])


def exclusions(*dates: tuple[str, str, str]) -> tuple[str, object]:
    return (
        "cluster/maintenanceExclusions",
        [
            {"name": name, "start": f"{start}T00:00:00Z", "end": f"{end}T00:00:00Z"}
            for name, start, end in dates
        ],
    )


def many(count: int) -> tuple[str, object]:
    """So many windows, each a day longer than the one before."""
    return windows(*(("2027-04-05T00:00:00Z", f"2027-04-{day}T00:00:00Z") for day in range(12, 12 + count)))


UPGRADES: list[tuple[Changes, str, Changes]] = [
    (
        [many(17)],
        "cluster.maintenanceWindows = 17: are more than the 16 that the calendar of a pool keeps free",
        [many(16)],
    ),
    (
        [windows(("2027-01-01T00:00:00Z", "2032-01-05T00:00:01Z"))],
        "cluster.maintenanceWindows[0].end = '2032-01-05T00:00:01Z': is more than five years after its start",
        [windows(("2027-01-01T00:00:00Z", "2032-01-05T00:00:00Z"))],
    ),
    (
        [exclusions(("a", "2026-12-01", "2028-04-03"))],
        "cluster.maintenanceExclusions[0].end = '2028-04-03T00:00:00Z': is 489 days after its start",
        [exclusions(("a", "2026-12-01", "2028-04-02"))],
    ),
    (
        [exclusions(("a", "2026-12-01", "2027-01-01"), ("a", "2027-02-01", "2027-03-01"))],
        "cluster.maintenanceExclusions[1].name = 'a': is the name of maintenanceExclusions[0] too",
        [exclusions(("a", "2026-12-01", "2027-01-01"), ("b", "2027-02-01", "2027-03-01"))],
    ),
    (
        [exclusions(*((f"x{number}", "2026-12-01", "2027-01-01") for number in range(20)))],
        "cluster.maintenanceExclusions = 20: are 21 with the time outside of 0 windows, and GKE accepts 20",
        [exclusions(*((f"x{number}", "2026-12-01", "2027-01-01") for number in range(19)))],
    ),
    (
        [exclusions(("outside-windows-0", "2026-12-01", "2027-01-01"))],
        "is the name of the time outside windows too",
        [exclusions(("outside", "2026-12-01", "2027-01-01"))],
    ),
    (
        [windows(("2027-04-07T08:00:01Z", "2027-04-13T15:59:59Z"))],
        "cluster.maintenanceWindows[0] = 2027-04-07T08:00:01Z to 2027-04-13T15:59:59Z: has no whole slot",
        [windows(("2027-04-07T08:00:00Z", "2027-04-07T16:00:00Z"))],
    ),
    (
        [
            windows(("2027-04-05T00:00:00Z", "2027-04-12T00:00:00Z")),
            exclusions(("a", "2027-04-01", "2027-04-08")),
        ],
        "in the site lease and outside of maintenanceExclusions, so nothing would be upgraded in it",
        [
            windows(("2027-04-05T00:00:00Z", "2027-04-12T00:00:00Z")),
            exclusions(("a", "2027-04-01", "2027-04-07")),
        ],
    ),
    (
        [windows(("2035-12-31T00:00:00Z", "2036-01-07T00:00:00Z"))],
        "has no whole slot (Tuesday and Wednesday, 08:00 to 16:00 UTC) in the site lease",
        [windows(("2035-12-24T00:00:00Z", "2036-01-07T00:00:00Z"))],
    ),
    (
        [windows(("2027-04-12T00:00:00Z", "2027-04-05T00:00:00Z"))],
        "cluster.maintenanceWindows[0].end = '2027-04-05T00:00:00Z': is not after start, so it opens no time",
        [windows(("2027-04-05T00:00:00Z", "2027-04-12T00:00:00Z"))],
    ),
    (
        [
            (
                "cluster/maintenanceExclusions",
                [
                    {
                        "name": "a",
                        "start": "2026-12-01T00:00:00Z",
                        "end": "2027-01-01T00:00:00Z",
                        "until": "endOfSupport",
                    }
                ],
            )
        ],
        "cluster.maintenanceExclusions[0].until = 'endOfSupport': contradicts end",
        [
            (
                "cluster/maintenanceExclusions",
                [{"name": "a", "start": "2026-12-01T00:00:00Z", "until": "endOfSupport"}],
            )
        ],
    ),
]
