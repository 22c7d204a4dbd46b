"""What each source writes on a node, and what is read of it: one node a file, as its source leaves it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from holdfast.agent.host_health import troubles_of
from holdfast.api.report import Source
from holdfast.cluster.core_objects import Node, NodeStatus

SLICES = sorted((Path(__file__).parent / "tpu_slices").glob("*.json"))
NODES = sorted((Path(__file__).parent / "nodes").glob("*.json"))


@pytest.mark.parametrize("path", NODES, ids=lambda path: path.stem)
def test_a_node_is_read_as_its_source_means_it(path: Path) -> None:
    found = json.loads(path.read_text())
    troubles = troubles_of(msgspec.convert(found["node"], Node))
    assert [list(one) for one in troubles] == found["said"]


def test_a_node_that_has_changed_is_read_anew_and_one_that_has_not_is_not() -> None:
    (well,) = (json.loads(path.read_text())["node"] for path in NODES if path.stem == "well")
    node = msgspec.convert(well, Node)
    gone = msgspec.structs.replace(node, status=NodeStatus())
    assert troubles_of(node) is troubles_of(node)
    assert [one.source for one in troubles_of(gone)] == ["Kubelet"]
    assert troubles_of(node) == ()


def test_every_source_has_a_node_or_a_slice_that_it_condemns() -> None:
    said = {one[0] for path in NODES for one in json.loads(path.read_text())["said"]}
    said |= {one[0] for path in SLICES if (one := json.loads(path.read_text())["said"])}
    assert said == set(get_args(Source))
