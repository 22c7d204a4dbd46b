"""`holdfast audit`: what it prints, and the exit status that programs go by."""

from __future__ import annotations

import json

import pytest
import typer
from tests.audit.world import POOL, PRETRAIN, World
from tests.cli.conftest import Tell
from tests.cli.hub import Confined, serve
from tests.documents import edit, edits

from holdfast.cli.audit import sites_named

LOW_PEAK = edits(edit("pools", POOL, "status", "peak", 1), edit("pools", POOL, "status", "capacity", None))
AUDIT = ("audit", "--settle", "0")


def test_a_lawful_hub_and_site_are_clean(holdfast: Tell, world: World) -> None:
    server = serve(world)
    result = holdfast({None: server, "lake-mariner": server}, *AUDIT)
    assert result.exit_code == 0
    assert "clean: 2 pools, 8 units, 2 promises, 2 reservations, 5 nodes looked at" in result.output
    assert "no cluster at hand for abernathy" in result.output


def test_a_finding_is_a_line_of_the_table_and_exit_status_1(holdfast: Tell, world: World) -> None:
    LOW_PEAK(world)
    result = holdfast({None: serve(world)}, *AUDIT)
    assert result.exit_code == 1
    assert f"I15        pool {POOL}" in result.output
    assert "not clean, 1 found: " in result.output


def test_json_names_every_finding_and_what_was_looked_at(holdfast: Tell, world: World) -> None:
    LOW_PEAK(world)
    result = holdfast({None: serve(world)}, *AUDIT, "-o", "json")
    told = json.loads(result.output)
    assert [one["invariant"] for one in told["findings"]] == ["I15"]
    assert told["lookedAt"]["units"] == 8
    assert told["clean"] is False


def test_an_object_that_cannot_be_read_is_exit_status_2(holdfast: Tell, world: World) -> None:
    edit("reports", POOL, "spec", "datacenter", 7)(world)
    edit("reservations", PRETRAIN, "status", "conditions", [])(world)
    result = holdfast({None: serve(world)}, *AUDIT)
    assert result.exit_code == 2
    assert f"could not read poolreports/{POOL}" in result.output


def test_a_tenant_is_told_that_it_may_not_look(holdfast: Tell, world: World) -> None:
    result = holdfast({None: Confined(serve(world), "datacenters", "capacitypromises")}, *AUDIT)
    assert result.exit_code == 2
    assert "could not look" in result.output
    assert "has no right to read it" in result.output


def test_a_site_asked_for_by_name_must_exist(holdfast: Tell, world: World) -> None:
    result = holdfast({None: serve(world)}, *AUDIT, "--site", "lake-mariner=nowhere")
    assert result.exit_code == 2
    assert "could not look: context 'nowhere'" in result.output


@pytest.mark.parametrize("pair", ["lake-mariner", "=context", "name="])
def test_a_site_is_a_name_and_a_context(pair: str) -> None:
    with pytest.raises(typer.BadParameter, match="is not NAME=CONTEXT"):
        sites_named([pair], None)
