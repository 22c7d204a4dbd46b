"""Which datacenters are silent, by this replica's own clock."""

from __future__ import annotations

from tests.hub import documents
from tests.hub.documents import SITE

from holdfast.api.datacenter import Datacenter
from holdfast.cluster.core_objects import Lease, LeaseSpec, Metadata
from holdfast.cluster.leases.heartbeat import MISSED_SECONDS
from holdfast.hub.site_liveness import SiteLiveness


def renewed(at: str | None) -> list[Lease]:
    """The heartbeat of the site; no beat, no Lease."""
    return [] if at is None else [Lease(Metadata(name=SITE), LeaseSpec(renew_time=at))]


def silent_after(*beats: tuple[float, str | None], lifecycle: str = "Operational") -> frozenset[str]:
    """Who is silent at the last of these moments: (monotonic second, renewTime read then)."""
    clock = [0.0]
    liveness, site = SiteLiveness(lambda: clock[0]), documents.site()
    spec = site.spec.model_copy(update={"lifecycle": lifecycle})
    found: frozenset[str] = frozenset()
    for clock[0], renew_time in beats:
        found = liveness.silent([Datacenter(metadata=site.metadata, spec=spec)], renewed(renew_time))
    return found


def test_a_site_is_silent_forty_seconds_after_its_last_beat_was_seen_to_change() -> None:
    assert silent_after((0, "a"), (MISSED_SECONDS - 1, "a")) == frozenset()
    assert silent_after((0, "a"), (MISSED_SECONDS, "a")) == {SITE}


def test_a_beat_counts_by_its_change_whatever_time_it_tells() -> None:
    assert silent_after((0, "2999"), (39, "1970"), (78, "1970")) == frozenset()


def test_a_reader_that_has_just_started_gives_every_site_time_to_speak() -> None:
    assert silent_after((0, None)) == frozenset()
    assert silent_after((0, None), (MISSED_SECONDS, None)) == {SITE}


def test_a_silent_site_is_heard_again_with_its_next_beat() -> None:
    assert silent_after((0, "a"), (MISSED_SECONDS, "a"), (MISSED_SECONDS + 1, "b")) == frozenset()


def test_a_site_under_construction_is_not_expected_to_speak() -> None:
    assert silent_after((0, None), (9 * MISSED_SECONDS, None), lifecycle="UnderConstruction") == frozenset()
