"""The kind Slice of the lab on a real server refuses what Google's webhook refuses, each beside the lawful one."""

from __future__ import annotations

import time
from typing import Any

import pytest
import yaml
from tests.documents import Document, unique
from tests.guards.server import DEFINITIONS, Server

from holdfast_lab.cluster_start import SITE_OBJECTS

PATH = "/apis/accelerator.gke.io/v1beta1/slices"


@pytest.fixture(scope="module")
def gke(site: Server) -> Server:
    """A site with the kind."""
    definition = yaml.safe_load((SITE_OBJECTS / "slices.yaml").read_text())
    assert site.call("POST", DEFINITIONS, definition).message == ""
    deadline = time.monotonic() + 20
    while not site.call("GET", PATH).accepted:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return site


def one(name: str = "", **spec: Any) -> Document:
    """A lawful Slice of two cubes."""
    whole = {"type": "tpu7x", "topology": "4x4x8", "partitionIds": ["a", "b"], **spec}
    return {
        "apiVersion": "accelerator.gke.io/v1beta1",
        "kind": "Slice",
        "metadata": {"name": name or unique("s")},
        "spec": whole,
    }


REFUSED = [
    ("a name of 50 characters", "49 characters or fewer", one("s" * 50)),
    ("a name that begins with a digit", "must be 49 characters or fewer and match", one("1s")),
    ("another type", "Unsupported value", one(type="tpu-v5p")),
    ("a side that is no multiple of four", "multiple of four", one(topology="4x4x6")),
    ("sides in another order", "non-decreasing order", one(topology="4x8x4")),
    ("too many chips", "must not exceed 9216", one(topology="24x24x24")),
    ("too few partitions", "that of the chips of the topology, by 64", one(partitionIds=["a"])),
    ("a partition twice", "Duplicate value", one(partitionIds=["a", "a"])),
]


@pytest.mark.parametrize(("what", "why", "made"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_google_refuses_is_refused(gke: Server, what: str, why: str, made: Document) -> None:
    assert why in gke.call("POST", PATH, made).message, what


def test_a_lawful_one_is_taken_and_never_changed(gke: Server) -> None:
    stored = gke.call("POST", PATH, one("s" * 49)).document
    change = {"spec": {"partitionIds": ["a", "c"]}}
    assert "immutable" in gke.call("PATCH", f"{PATH}/{stored['metadata']['name']}", change).message
