"""`holdfast list`, `get`, `pools`, `promises`, `sites` on a real API server, each with the rights its reader has."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import pytest
import yaml
from tests.cli.people import Person
from tests.documents import Document
from tests.guards.server import OURS
from tests.guards.stage import Stage

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def made(stage: Stage) -> Iterator[list[Document]]:
    """Two promised reservations of mistral's, one of anthropic's; the hub has none afterwards."""
    made = [*stage.reserve("mistral", 2), *stage.reserve("anthropic", 1)]
    yield made
    stage.cancel(*made)
    stage.until(lambda: stage.states(made) <= {"Released", "absent"}, 60)


def test_a_tenant_lists_its_own_in_the_columns_of_kubectl(made: list[Document], mila: Person) -> None:
    head, *rows = mila.says("list").splitlines()
    assert head.split()[:5] == ["NAME", "ACCELERATOR", "TOPOLOGY", "COUNT", "STATUS"]
    assert [row.split()[:5] for row in rows] == [
        ["r0", "tpu7x", "4x4x4", "1", "Scheduled"],
        ["r1", "tpu7x", "4x4x4", "1", "Scheduled"],
    ]
    assert "DATACENTERS" in mila.says("list", "-o", "wide")


def test_an_engineer_sees_every_namespace(made: list[Document], ada: Person) -> None:
    rows = [line.split()[:2] for line in ada.says("list").splitlines()]
    assert rows == [["NAMESPACE", "NAME"], ["anthropic", "r0"], ["mistral", "r0"], ["mistral", "r1"]]
    assert len(ada.says("list", "-n", "anthropic").splitlines()) == 2


def test_a_tenant_without_a_namespace_is_asked_for_it_and_answered_with_it(
    made: list[Document], nomad: Person
) -> None:
    asked = nomad.run("list")
    assert asked.returncode == 2
    assert "say which namespace is yours: -n NAMESPACE" in asked.stderr
    assert len(nomad.says("list", "-n", "mistral").splitlines()) == 3


def test_programs_get_documents_and_names(made: list[Document], mila: Person) -> None:
    whole = json.loads(mila.says("get", "r0", "-o", "json"))
    assert whole["metadata"]["uid"] == made[0]["metadata"]["uid"]
    assert "managedFields" not in whole["metadata"]
    assert yaml.safe_load(mila.says("get", "mistral/r0", "-o", "yaml")) == whole
    assert [one["metadata"]["name"] for one in json.loads(mila.says("list", "-o", "json"))["items"]] == [
        "r0",
        "r1",
    ]
    assert mila.says("list", "-o", "name").split() == [
        "capacityreservation.holdfast.dev/r0",
        "capacityreservation.holdfast.dev/r1",
    ]


def test_what_is_not_there_and_what_is_not_hers_are_said_in_one_line(
    made: list[Document], mila: Person
) -> None:
    absent, foreign = mila.run("get", "nobody"), mila.run("list", "-n", "anthropic")
    assert [one.returncode for one in (absent, foreign)] == [2, 2]
    assert "could not look: GET" in absent.stderr
    assert "404" in absent.stderr
    assert "has no right to read it" in foreign.stderr


@pytest.mark.parametrize("command", ["pools", "promises", "sites", "units", "status"])
def test_where_a_tenant_may_not_look_it_is_shown_its_own(
    made: list[Document], mila: Person, command: str
) -> None:
    done = mila.run(command)
    assert done.returncode == 0
    assert "r0" in done.stdout
    assert "platform engineers to see" in done.stdout + done.stderr
    assert "403" not in done.stderr


def test_engineers_list_pools_promises_and_sites(made: list[Document], ada: Person) -> None:
    assert ada.says("pools").splitlines()[1].split()[:2] == ["ny.a", "tpu7x"]
    assert ada.says("sites").splitlines()[1].split()[0] == "ny"
    promised = {line.split()[0] for line in ada.says("promises").splitlines()[1:]}
    assert promised >= {one["metadata"]["uid"] for one in made}


def test_none_is_said_beside_the_answer(ada: Person) -> None:
    done = ada.run("list", "-n", "kube-system")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "no capacityreservations in kube-system\n")


def test_the_reader_of_a_pipe_may_leave(made: list[Document], ada: Person) -> None:
    command = "python -m holdfast list -A -o json | head -c 1; exit ${PIPESTATUS[1]}"
    shell = ["bash", "-c", command.replace("python", __import__("sys").executable, 1)]
    done = subprocess.run(
        shell,
        capture_output=True,
        text=True,
        check=False,
        env={"KUBECONFIG": str(ada.kubeconfig), "PATH": "/usr/bin:/bin"},
    )
    assert (done.stdout, done.stderr) == ("{", "")


def test_words_come_from_the_server(made: list[Document], mila: Person, nomad: Person) -> None:
    for reader, words, found in (
        (mila, "holdfast get r", ["r0", "r1"]),
        (nomad, "holdfast explain -n mistral ", ["r0", "r1"]),
        (nomad, "holdfast get ", []),
        (mila, "holdfast status --pool n", []),
    ):
        count = len(words.split()) - (not words.endswith(" "))
        asked = {"_HOLDFAST_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(count)}
        assert reader.run(environment=asked).stdout.split() == found


def test_a_server_that_is_not_there_is_one_line(mila: Person) -> None:
    away = yaml.safe_load(mila.kubeconfig.read_text())
    away["clusters"][0]["cluster"]["server"] = "https://127.0.0.1:1"
    file = mila.kubeconfig.with_name("away.kubeconfig")
    file.write_text(yaml.safe_dump(away))
    done = Person(file).run("list")
    assert done.returncode == 2
    assert done.stderr == (
        f"could not look: GET {OURS}/namespaces/mistral/capacityreservations: "
        "https://127.0.0.1:1: [Errno 111] Connection refused\n"
    )
