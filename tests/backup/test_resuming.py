"""A restored hub let go, in memory: ledgers in one write a pool, marks off under a name."""

from __future__ import annotations

import pytest
from tests.backup.test_comparing import ENTRY, MARK, MINE, NOW
from tests.documents import ledger, pool
from tests.simulation.api_server import ApiServer
from tests.simulation.simulated import SimulatedTime, simulated_api

from holdfast.backup.found import Adoption, Comparison, Return
from holdfast.backup.resuming import bring_up, let_go
from holdfast.cluster.client import Api
from holdfast.cluster.holdfast_objects import POOLS
from holdfast.cluster.transport.kinds import ACCELERATOR_POOL
from holdfast.cluster.transport.retries import ONE_TRY

TAKEN = Adoption("ny.a", "u3", 7, MINE, "mistral/train")
BACK = Return("ny.a", "u1", 1, "mistral/train", "nobody is on it")


@pytest.fixture
def server() -> ApiServer:
    server = ApiServer(SimulatedTime().epoch)
    given = {"u1": {"promise": MINE, "grant": 1, "state": "Active", "since": NOW - 200}}
    status = ledger(granted=5, asOf=NOW - 1000, promises={MINE: ENTRY}, units=given)
    for name in ("ny.a", "ny.b"):
        made = pool(name)
        meta = {**made["metadata"], "annotations": {"holdfast.dev/restored": MARK}}
        server.add(ACCELERATOR_POOL, {**made, "metadata": meta, "status": status})
    return server


@pytest.fixture
def api(server: ApiServer) -> Api:
    return simulated_api(server, SimulatedTime(), ONE_TRY)


def writes(server: ApiServer) -> list[str]:
    return [one.method for one in server.requests if one.method != "GET"]


def test_what_is_kept_and_what_goes_back_is_one_write_of_the_pool_it_is_of(
    server: ApiServer, api: Api
) -> None:
    pools = [api.get(POOLS, name) for name in ("ny.a", "ny.b")]
    seen = Comparison(adoptions=(TAKEN,), returns=(BACK,), numbers={"ny.a": 9})
    first, second = bring_up(api, pools, seen)
    assert (writes(server), second) == (["PUT"], pools[1])
    assert first.status is not None
    states = {unit: (given.grant, given.state) for unit, given in first.status.units.items()}
    assert (states, first.status.granted) == ({"u1": (1, "Releasing"), "u3": (7, "Active")}, 9)


def test_the_mark_goes_from_every_pool_under_the_name_of_who_let_it_go(server: ApiServer, api: Api) -> None:
    let_go(api, [api.get(POOLS, name) for name in ("ny.a", "ny.b")], "ada")
    found = server.storage.within("holdfast.dev", "acceleratorpools", "")
    assert [one["metadata"]["annotations"] for one in found] == [{"holdfast.dev/resumed-by": "ada"}] * 2
    events = [one for one in server.requests if one.path.endswith("/events")]
    assert len(events) == 2
    assert server.requests.index(events[-1]) < min(
        number for number, one in enumerate(server.requests) if one.method == "PATCH"
    )
