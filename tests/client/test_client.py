"""A tenant's client against a server in memory: what it sends, what it tells, how long it waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from tests.audit.world import PRETRAIN
from tests.cli.hub import Confined
from tests.cli.test_hosts_command import site as site_with
from tests.cli.test_hosts_command import unit
from tests.client.conftest import Time
from tests.client.documents import ACCESS, ACTIVE, HELD, HOLD, OFFER, PROMISED
from tests.documents import Document
from tests.simulation.api_server import ApiServer
from tests.simulation.storage import Place as Stored

from holdfast.client import (
    AlreadyExists,
    Ask,
    Client,
    Fixed,
    Flexible,
    Gone,
    Pace,
    Refused,
    Stalled,
    TimedOut,
    Unavailable,
    Until,
    Way,
)
from holdfast.cluster.transport.errors import Undecodable
from holdfast.cluster.transport.http import Reply, Request
from holdfast.cluster.transport.kinds import AVAILABILITY_QUERY, CAPACITY_RESERVATION

ASK = Ask(accelerator="tpu7x", topology="4x4x8", window=Flexible(timedelta(days=1)))
SOON = timedelta(seconds=5)


def answer(server: ApiServer, status: Document, kind: str = "capacityreservations") -> None:
    """The planner speaks of all there is."""
    for place in list(server.storage.documents):
        if place.plural == kind:
            server.storage.write(place, {**server.storage.documents[place], "status": status})


def test_a_reservation_is_made_once_however_often_it_is_asked_for(hub: Client, server: ApiServer) -> None:
    made = hub.reserve("train", ASK)
    assert (made.path, made.ask, made.answered, made.state) == ("mistral/train", ASK, False, "")
    assert hub.reserve("train", ASK).uid == made.uid


def test_another_ask_of_the_same_name_is_refused_by_the_field_that_differs(hub: Client) -> None:
    hub.reserve("train", ASK)
    other = Ask(accelerator="tpu7x", topology="4x4x8", count=2, window=ASK.window)
    with pytest.raises(
        AlreadyExists, match=r"mistral/train .*: count is 1 there and 2 here\. Take another name"
    ):
        hub.reserve("train", other)
    assert hub.get("train").ask.count == 1


def test_what_was_promised_is_told_in_utc_and_by_pool(hub: Client, server: ApiServer) -> None:
    hub.reserve("train", ASK)
    answer(server, PROMISED)
    found = hub.wait("train", Until.PROMISED, timeout=SOON)
    assert (found.state, found.why) == ("Scheduled", "Scheduled: Scheduled it is.")
    assert found.promised is not None
    assert found.promised.start == datetime(2027, 2, 1, tzinfo=UTC)
    assert found.promised.pools == {"lake-mariner.tpu7x-a": 2}


def test_waiting_looks_again_until_it_is_so(hub: Client, server: ApiServer, time: Time) -> None:
    hub.reserve("train", ASK)
    time.meanwhile = [partial(answer, server, status) for status in (PROMISED, PROMISED, ACTIVE)]
    assert hub.wait("train", Until.ACTIVE, timeout=SOON).access[0].datacenter == "lake-mariner"
    assert len(time.slept) == 3


def test_a_time_that_is_over_says_how_it_stood_and_what_to_do(
    hub: Client, server: ApiServer, time: Time
) -> None:
    hub.reserve("train", ASK)
    answer(server, PROMISED)
    told = r"mistral/train is not active after 5 s: Scheduled: Scheduled it is\.\. It stays asked for: wait longer"
    with pytest.raises(TimedOut, match=told) as raised:
        hub.wait("train", Until.ACTIVE, timeout=SOON)
    assert time.now == 5.0
    assert raised.value.reservation is not None
    assert raised.value.reservation.state == "Scheduled"


def test_a_hold_that_no_waiting_mends_ends_the_waiting_at_once(
    hub: Client, server: ApiServer, time: Time
) -> None:
    hub.reserve("train", ASK)
    answer(server, HELD)
    with pytest.raises(Stalled, match="ExceedsEntitlement: Lower count") as raised:
        hub.wait("train", Until.PROMISED, timeout=SOON)
    assert time.slept == []
    assert raised.value.reservation is not None
    held = hub.wait("train", Until.ANSWERED, timeout=SOON).hold
    assert held is not None
    assert held.earliest_start == datetime(2027, 1, 15, 7, 0, 3, tzinfo=UTC)


def test_an_answer_to_a_spec_that_was_changed_since_is_none(hub: Client, server: ApiServer) -> None:
    hub.reserve("train", ASK)
    answer(server, {**PROMISED, "observedGeneration": 0})
    with pytest.raises(TimedOut, match="not answered"):
        hub.wait("train", Until.ANSWERED, timeout=SOON)


def test_a_hub_that_is_away_for_a_while_is_waited_for(server: ApiServer, time: Time) -> None:
    away = iter([True, True])

    class Shaky:
        def call(self, request: Request) -> Reply:
            return Reply(503, b"restarting") if next(away, False) else server.call(request)

        stream = server.stream

    Client(Way(server), "mistral").reserve("train", ASK)
    answer(server, PROMISED)
    hub = Client(Way(Shaky()), "mistral", pace=Pace(time.monotonic, time.sleep))
    assert hub.wait("train", Until.PROMISED, timeout=SOON).promised is not None
    assert len(time.slept) == 2


def test_a_hub_that_stays_away_is_told_when_the_time_is_over(time: Time) -> None:
    class Away:
        def call(self, request: Request) -> Reply:
            return Reply(503, b"restarting")

        stream = ApiServer().stream

    hub = Client(Way(Away()), "mistral", pace=Pace(time.monotonic, time.sleep))
    with pytest.raises(TimedOut, match=r"503 .*restarting") as raised:
        hub.wait("train", Until.ACTIVE, timeout=SOON)
    assert raised.value.reservation is None
    with pytest.raises(Unavailable) as once:
        hub.get("train")
    assert "ask again in a while" in once.value.__notes__[0]


def test_offers_are_asked_for_and_the_question_is_not_left_behind(
    hub: Client, server: ApiServer, time: Time
) -> None:
    status = {"answeredAt": "2027-01-15T07:00:03Z", "offers": [OFFER]}
    time.meanwhile = [partial(answer, server, status, AVAILABILITY_QUERY.plural)]
    (offer,) = hub.when(ASK).offers
    taken = offer.ask(ASK)
    assert taken.window == Fixed(offer.end, offer.start)
    assert taken.datacenters == ("abernathy",)
    assert not [place for place in server.storage.documents if place.plural == AVAILABILITY_QUERY.plural]


def test_no_offer_says_why(hub: Client, server: ApiServer, time: Time) -> None:
    status = {"answeredAt": "2027-01-15T07:00:03Z", "hold": HOLD}
    time.meanwhile = [partial(answer, server, status, AVAILABILITY_QUERY.plural)]
    told = hub.when(ASK)
    assert told.offers == ()
    assert told.hold is not None
    assert told.hold.reason == "ExceedsEntitlement"


def test_no_planner_is_told(hub: Client, time: Time) -> None:
    with pytest.raises(TimedOut, match="after 5 s: no planner has answered"):
        hub.when(ASK, timeout=SOON)


def test_hosts_are_told_by_datacenter_and_one_that_cannot_be_read_says_so(
    hub: Client, server: ApiServer
) -> None:
    sites = {"lake-mariner": site_with(unit("cube-001", "mistral/train"), unit("cube-000", "mistral/train"))}
    hub = Client(hub.hub, "mistral", lambda name: Way(sites[name]))
    hub.reserve("train", ASK)
    answer(server, {**ACTIVE, "access": [ACCESS, {**ACCESS, "datacenter": "abernathy"}]})
    here, there = hub.hosts("train")
    assert [one.name for one in here.units] == ["cube-000", "cube-001"]
    assert (here.units[0].hosts[0].source, here.unread) == ("condition Ready", "")
    assert (there.units, there.unread) == ((), "'abernathy'")


def test_a_client_without_a_way_to_sites_says_how_to_have_one(hub: Client, server: ApiServer) -> None:
    hub.reserve("train", ASK)
    answer(server, ACTIVE)
    assert "no way to lake-mariner was given" in hub.hosts("train")[0].unread
    assert hub.access("train")[0].node_selector == {
        "holdfast.node-restriction.kubernetes.io/reservation": PRETRAIN
    }


def test_given_up_it_is_gone_and_may_be_given_up_again(hub: Client) -> None:
    hub.reserve("train", ASK)
    hub.cancel("train")
    hub.cancel("train")
    with pytest.raises(Gone) as raised:
        hub.get("train")
    assert raised.value.__notes__ == [
        "Nothing of this name is in namespace mistral: it was given up, or never made there."
    ]


def test_another_tenants_namespace_is_told_with_who_gives_rights(server: ApiServer) -> None:
    hub = Client(Way(Confined(server, CAPACITY_RESERVATION.plural)), "anthropic")
    with pytest.raises(Refused) as raised:
        hub.reserve("train", ASK)
    assert "Is anthropic your namespace?" in raised.value.__notes__[0]


def test_a_document_that_is_none_of_ours_is_named_by_field(hub: Client, server: ApiServer) -> None:
    hub.reserve("train", ASK)
    place = Stored(CAPACITY_RESERVATION.group, CAPACITY_RESERVATION.plural, "mistral", "train")
    stored = server.storage.documents[place]
    server.storage.write(place, {**stored, "spec": {**stored["spec"], "count": "two"}})
    with pytest.raises(Undecodable, match=r"train\.spec\.count is 'two', and no int"):
        hub.get("train")
