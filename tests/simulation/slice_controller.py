"""The slice controller in memory: the lab's rules, done to what a simulated site's server stores."""

from __future__ import annotations

from collections.abc import Callable

from tests.simulation.api_server import ApiServer
from tests.simulation.storage import Document, Place, with_metadata

from holdfast.cluster.transport.kinds import NODE, TPU_SLICE
from holdfast_lab.slice_controller.rules import (
    FINALIZER,
    Misbehaviour,
    Verdict,
    labels_for,
    nodes_of,
    status_of,
    verdict,
)

NOW = "2026-11-26T05:00:00Z"
Wrong = Callable[[Document], Misbehaviour]


def behave(_one: Document) -> Misbehaviour:
    """As documented."""
    return ""


def step(server: ApiServer, hosts: int, wrong: Wrong = behave) -> bool:
    """One step of every Slice; whether anything was written."""
    before = server.storage.revision
    for name in [one["metadata"]["name"] for one in slices(server)]:
        one = server.find(TPU_SLICE, name)
        if one is not None:
            _do(server, one, hosts, wrong(one))
    return server.storage.revision != before


def slices(server: ApiServer) -> list[Document]:
    """All Slices of a site."""
    return list(server.storage.within(TPU_SLICE.group, TPU_SLICE.plural, ""))


def _do(server: ApiServer, one: Document, hosts: int, wrong: Misbehaviour) -> None:
    nodes = list(server.storage.within(NODE.group, NODE.plural, ""))
    others = [other for other in slices(server) if other["metadata"]["name"] != one["metadata"]["name"]]
    said = verdict(one, others, nodes, wrong, hosts)
    _label(server, one, nodes, said)
    place = Place(TPU_SLICE.group, TPU_SLICE.plural, "", one["metadata"]["name"])
    if not said.finalizer:
        server.storage.erase(place)
        return
    told = with_metadata(one, finalizers=[FINALIZER])
    server.storage.write(place, {**told, "status": status_of(one, said, NOW)})


def _label(server: ApiServer, one: Document, nodes: list[Document], said: Verdict) -> None:
    for node in nodes_of(one, nodes):
        labels = {**node["metadata"]["labels"], **labels_for(one, said.joined)}
        kept = {key: value for key, value in labels.items() if value is not None}
        place = Place(NODE.group, NODE.plural, "", node["metadata"]["name"])
        server.storage.write(place, with_metadata(node, labels=kept))
