"""`holdfast site-check`: what manifests/site installs, missing and altered, and a cluster whose cubes nothing joins."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from holdfast.api.crd import definition_of
from holdfast.api.kinds import SITE_KINDS
from holdfast.cluster.transport.errors import Refused, Undecodable
from holdfast.cluster.transport.http import Reply, Request
from holdfast.doctor.expected import MANIFESTS
from holdfast.doctor.finding import Weight
from holdfast.doctor.reading import read_hub
from holdfast.doctor.sites import APPLY, FOLDERS, SITE_LISTS, examine_site, read_site

NOW = 1_800_000_000.0
Lists = dict[str, list[dict[str, Any]]]


def installed() -> Lists:
    """A site as it should be."""
    found: list[dict[str, Any]] = []
    for folder in FOLDERS:
        for file in sorted((MANIFESTS / folder).glob("*.yaml")):
            found += [one for one in yaml.safe_load_all(file.read_text()) if one]
    crds = [
        {**definition_of(kind), "status": {"conditions": [{"type": "Established", "status": "True"}]}}
        for kind in SITE_KINDS
    ]
    of = {
        "validatingadmissionpolicies": "ValidatingAdmissionPolicy",
        "validatingadmissionpolicybindings": "ValidatingAdmissionPolicyBinding",
        "clusterroles": "ClusterRole",
    }
    lists = {name: [one for one in found if one["kind"] == kind] for name, kind in of.items()}
    return {**lists, "customresourcedefinitions": crds, "nodes": []}


def said(lists: Lists, refused: str = "") -> list[tuple[str, str, str]]:
    """(weight, object, remedy) of everything found."""
    names = {path: name for name, path in SITE_LISTS.items()}

    def ask(request: Request) -> Reply:
        if request.path == "/version":
            return Reply(200, b'{"major":"1","minor":"34","gitVersion":"v1.34.0"}', NOW)
        if names[request.path] == refused:
            raise Refused("may not", 403)
        return Reply(200, json.dumps({"items": lists[names[request.path]]}).encode(), NOW)

    found = examine_site(read_site(ask, NOW))
    return [(one.weight.value, one.subject, one.remedy) for one in found]


def test_a_site_as_it_should_be_has_nothing_wrong() -> None:
    assert said(installed()) == []


def test_what_is_missing_is_said_with_the_sites_own_manifests_as_its_remedy() -> None:
    for name, first in (
        ("validatingadmissionpolicies", 0),
        ("customresourcedefinitions", 0),
        ("clusterroles", 0),
    ):
        lists = installed()
        gone = lists[name].pop(first)["metadata"]["name"]
        ((weight, subject, remedy),) = said(lists)
        assert (weight, remedy) == (Weight.ERROR.value, APPLY)
        assert subject.endswith(gone)


def test_a_role_that_somebody_changed_is_said() -> None:
    lists = installed()
    agent = next(one for one in lists["clusterroles"] if one["metadata"]["name"] == "holdfast-agent")
    agent["rules"][0]["verbs"] = ["get"]
    assert [subject for _, subject, _ in said(lists)] == ["holdfast-agent"]


def test_cubes_that_nothing_joins_are_a_warning() -> None:
    lists = {**installed(), "nodes": [{"metadata": {"name": "cube-000-0"}}]}
    assert [(weight, subject) for weight, subject, _ in said(lists)] == [(Weight.WARNING.value, "Slices")]


def test_what_may_not_be_read_is_said_and_the_rest_is_checked() -> None:
    lists = installed()
    lists["clusterroles"] = []
    found = said(lists, refused="validatingadmissionpolicies")
    assert (Weight.ERROR.value, "validatingadmissionpolicies", APPLY) in found
    assert "holdfast-agent" in [subject for _, subject, _ in found]


def test_a_server_that_answers_something_else_is_told_and_not_taken_for_a_cluster() -> None:
    def page(_: Request) -> Reply:
        return Reply(200, b"<html>sign in</html>", NOW)

    for read in (read_site, read_hub):
        with pytest.raises(Undecodable, match="GET /version: the server sent no document"):
            read(page, NOW)


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b'{"items": 3}', b'{"items": [{"metadata": {}}]}', b'{"items": [7]}']
)
def test_a_list_that_is_none_is_unread_and_the_others_are_read(body: bytes) -> None:
    def ask(request: Request) -> Reply:
        odd = request.path.endswith(("/clusterroles", "/capacityreservations"))
        return Reply(200, body if odd else b'{"items": null}', NOW)

    for read, name in ((read_site, "clusterroles"), (read_hub, "capacityreservations")):
        seen = read(ask, NOW)
        assert list(seen.unread) == [name]
        assert isinstance(seen.unread[name], Undecodable)
