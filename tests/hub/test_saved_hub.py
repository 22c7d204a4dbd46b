"""A hub in a file: nothing is lost on the way, nobody else may read it, and the planner sees the same."""

from __future__ import annotations

import json
import stat
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from tests.documents import document
from tests.hub import documents
from tests.hub.documents import UID
from tests.simulation.hub import Planner, contested

from holdfast.api.door import parse
from holdfast.api.maintenance import MaintenanceWindow
from holdfast.api.query import AvailabilityQuery
from holdfast.cluster.transport.objects import by_key
from holdfast.hub.saved_hub import DOCUMENTS, SavedHub, hub_of_text, save, snapshot_of, text_of_hub
from holdfast.hub.snapshot_reader import HubDocuments
from holdfast.planner.plan import plan

NOW = 1_800_000_000
WINDOW = {"start": "2027-03-01T00:00:00Z", "end": "2027-04-01T00:00:00.5+01:00"}
ASK = documents.reservation(WINDOW, minCount=1)
QUERY = parse(
    AvailabilityQuery,
    document(
        "AvailabilityQuery", "q", {"reservation": {"acceleratorType": "tpu7x", "count": 1, "window": WINDOW}},
        namespace="research", uid=UID,
    ),
)  # fmt: skip
TIMES = {"start": WINDOW["start"], "end": WINDOW["end"]}
MAINTENANCE = parse(
    MaintenanceWindow, document("MaintenanceWindow", "work", {"pool": "ny.tpu7x-a", **TIMES}, uid=UID)
)
WHOLE = SavedHub(
    NOW,
    HubDocuments(
        pools=(documents.pool(),),
        datacenters=(documents.site(),),
        reports=(documents.report(),),
        seals=(documents.seal(),),
        tenants=(documents.tenant(),),
        promises=by_key([documents.promise()]),
        reservations=by_key([ASK]),
        queries=by_key([QUERY]),
        maintenance=(MAINTENANCE,),
        namespaces={"research": {"holdfast.dev/tenant": "mistral", "team": "a"}},
        silent=frozenset({"ny"}),
    ),
)


NO_TEXT: Any = {"b": object()}


def test_every_field_of_a_hub_is_in_the_file() -> None:
    assert {each.name for each in fields(HubDocuments)} == {*DOCUMENTS, "namespaces", "silent"}
    assert [each.name for each in fields(HubDocuments) if not getattr(WHOLE.hub, each.name)] == []


def test_what_is_read_back_is_what_was_saved() -> None:
    assert hub_of_text(text_of_hub(WHOLE)) == WHOLE


def test_only_its_owner_may_read_it_and_an_older_one_is_replaced_as_a_whole(tmp_path: Path) -> None:
    file = tmp_path / "hub.json"
    file.write_text("something older")
    file.chmod(0o644)
    save(WHOLE, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert hub_of_text(file.read_text()) == WHOLE
    assert [one.name for one in tmp_path.iterdir()] == ["hub.json"]


def test_a_file_that_could_not_be_written_leaves_the_older_one(tmp_path: Path) -> None:
    file = tmp_path / "hub.json"
    save(WHOLE, file)
    with pytest.raises(TypeError):
        save(replace(WHOLE, hub=replace(WHOLE.hub, namespaces={"a": NO_TEXT})), file)
    assert hub_of_text(file.read_text()) == WHOLE
    assert [one.name for one in tmp_path.iterdir()] == ["hub.json"]


def without(key: str) -> str:
    """The file with one part of it left out."""
    return json.dumps({name: part for name, part in json.loads(text_of_hub(WHOLE)).items() if name != key})


def spoilt(**parts: Any) -> str:
    return json.dumps({**json.loads(text_of_hub(WHOLE)), **parts})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not JSON"),
        ("[]", "its format is not holdfast.dev/saved-hub/v1"),
        (spoilt(format="other"), "its format is not"),
        (without("pools"), "pools is missing"),
        (spoilt(namespaces=3), "namespaces is missing or misshapen"),
        (spoilt(namespaces={"a": 7}), "namespaces is missing or misshapen"),
        (spoilt(namespaces={"a": {"holdfast.dev/tenant": 7}}), "namespaces is missing or misshapen"),
        (spoilt(silent=[{}]), "silent is missing or misshapen"),
        (spoilt(pools=[7]), "AcceleratorPool without metadata does not fit"),
        (spoilt(pools=[{"metadata": {"name": "ny.a"}}]), "AcceleratorPool ny.a does not fit its definition"),
        (spoilt(now="soon"), "an instant is written in full"),
    ],
)
def test_a_file_that_is_none_says_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        hub_of_text(text)


def test_the_planner_sees_the_same_in_the_file_and_decides_the_same() -> None:
    hub = contested()
    planner = Planner(hub, hub.server)
    planner.look()
    seen = planner.loop.look(int(planner.api.clock.now()))
    saved = SavedHub(seen.now, planner.caches.documents(frozenset()))
    read = snapshot_of(hub_of_text(text_of_hub(saved)))
    assert (read.pools, read.promises, read.reservations) == (seen.pools, seen.promises, seen.reservations)
    assert (read.tenants, read.sites, read.queries) == (seen.tenants, seen.sites, seen.queries)
    as_seen = replace(seen, epoch=read.epoch, attempt=read.attempt, unfenced=frozenset(), policy=read.policy)
    assert plan(read).promises == plan(as_seen).promises
    assert plan(read).promises
