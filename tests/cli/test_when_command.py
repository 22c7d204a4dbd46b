"""`holdfast when` and `holdfast snapshot save`: asked of a hub with a planner on it, and of a file."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
import yaml
from tests.cli.hub import Confined
from tests.simulation.hub import Hub, Planner, contested
from tests.simulation.simulated import simulated_api
from typer.testing import CliRunner, Result

from holdfast.cli import commands, snapshot, when
from holdfast.cluster.transport.kinds import AVAILABILITY_QUERY, CAPACITY_RESERVATION
from holdfast.cluster.transport.paths import Path as ApiPath
from holdfast.hub.saved_hub import SavedHub, save

ASK = ("when", "-n", "mistral", "-a", "tpu7x", "-t", "4x4x4", "--for", "1d")
Tell = Callable[..., Result]


@pytest.fixture
def hub() -> Hub:
    """Two pools of two cubes; mistral reserves two cubes of one of them from now until 2027-02-01."""
    return contested()


@pytest.fixture
def planner(hub: Hub) -> Planner:
    """Takes a turn whenever somebody waits."""
    return Planner(hub, hub.server)


@pytest.fixture
def holdfast(monkeypatch: pytest.MonkeyPatch, hub: Hub, planner: Planner) -> Tell:
    """Run a command against the hub."""

    def turn(_: float) -> None:
        planner.look()
        planner.turn()

    def run(*arguments: str, way: object = hub.server) -> Result:
        for module in (when, snapshot):
            monkeypatch.setattr(module, "open_api", lambda *_: simulated_api(way, hub.time))  # type: ignore[arg-type]
        monkeypatch.setattr("holdfast.cli.when.sleep", turn)
        app = typer.Typer()
        for command in (commands.when, commands.save):
            app.command()(command)
        return CliRunner().invoke(app, arguments)

    return run


def queries(hub: Hub) -> int:
    return sum(place.plural == AVAILABILITY_QUERY.plural for place in hub.server.storage.documents)


def test_offers_are_printed_and_the_query_is_gone(holdfast: Tell, hub: Hub) -> None:
    result = holdfast(*ASK, "--offers", "2")
    assert result.exit_code == 0
    head, first, second = result.output.splitlines()[1:4]
    assert head.split() == ["OFFER", "START", "END", "COUNT", "DATACENTERS", "POOLS"]
    assert first.split()[0::3] == ["1", "1", "of"]
    assert first.split()[2] == second.split()[1]
    created = [
        one for one in hub.server.requests if one.method == "POST" and "availabilityqueries" in one.path
    ]
    assert (len(created), queries(hub)) == (1, 0)


def test_where_there_is_no_offer_it_says_why_and_what_would_help(holdfast: Tell) -> None:
    shown = holdfast(*ASK, "-c", "9", "--answer", "earliest").output
    assert "NO OFFER" in shown
    assert "ExceedsCapacity: asks for 9 units together; the most that can ever be promised is 4" in shown
    assert "It could be promised with: count: 4 (Fewer)" in shown


@pytest.mark.parametrize("form", ["table", "json", "yaml"])
def test_whether_there_is_an_offer_is_the_exit_status_in_every_form(holdfast: Tell, form: str) -> None:
    assert holdfast(*ASK, "-c", "9", "-o", form).exit_code == 1
    assert holdfast(*ASK, "-c", "4", "--across", "-o", form).exit_code == 0


def test_json_is_the_whole_answer(holdfast: Tell) -> None:
    told = json.loads(holdfast(*ASK, "-o", "json", "--answer", "check").output)
    assert [one["count"] for one in told["offers"]] == [1]
    assert told["conditions"][0]["reason"] == "Offered"
    assert told["answeredAt"].startswith("2027-")


def test_yaml_is_a_reservation_that_is_promised_when_it_is_applied(
    holdfast: Tell, hub: Hub, planner: Planner
) -> None:
    made = yaml.safe_load(holdfast(*ASK, "-o", "yaml", "--offer", "2", "--name", "evals").output)
    assert (made["kind"], made["metadata"]) == (
        "CapacityReservation",
        {"name": "evals", "namespace": "mistral"},
    )
    hub.server.add(CAPACITY_RESERVATION, made)
    for _ in range(4):
        planner.look()
        planner.turn()
    stored = hub.server.find(CAPACITY_RESERVATION, "evals", "mistral") or {}
    assert stored["status"]["promised"]["start"] == made["spec"]["window"]["start"]


def test_how_far_apart_slices_must_lie_is_asked_and_stays_in_the_reservation(holdfast: Tell) -> None:
    made = yaml.safe_load(holdfast(*ASK, "--spread", "50", "-o", "yaml").output)
    assert made["spec"]["placement"]["maxPercentPerPool"] == 50


def test_yaml_writes_nothing_and_fails_where_there_is_no_offer(holdfast: Tell) -> None:
    result = holdfast(*ASK, "-c", "9", "-o", "yaml")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "ExceedsCapacity" in result.stderr
    assert holdfast(*ASK, "-o", "yaml", "--offer", "9").exit_code == 2


FIXED = ("--start", "2027-02-01T00:00:00Z", "--end", "2027-02-03T00:00:00Z")
TWO = ("when", "-n", "mistral", "-a", "tpu7x", "-t", "4x4x4", "-c", "2")


@pytest.mark.parametrize("form", ["json", "yaml"])
@pytest.mark.parametrize(
    "words", [FIXED, (*FIXED[:2], "--for", "2d"), (*FIXED, "--answer", "check"), (*FIXED, "--offers", "9")]
)
def test_a_fixed_window_is_checked_and_nothing_beside_it_is_offered(
    holdfast: Tell, words: tuple[str, ...], form: str
) -> None:
    told = yaml.safe_load(holdfast(*TWO, *words, "-o", form).stdout)
    offered = told["offers"] if form == "json" else [told["spec"]["window"]]
    assert [(one["start"], one["end"]) for one in offered] == [(FIXED[1], FIXED[3])]


def test_how_long_a_fixed_window_could_last_may_be_asked(holdfast: Tell) -> None:
    (offer,) = json.loads(holdfast(*TWO, *FIXED, "--answer", "latest-end", "-o", "json").stdout)["offers"]
    assert (offer["start"], offer["end"] >= FIXED[3]) == (FIXED[1], True)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--for", "a while"), "no duration"),
        (("--for", "1d", *FIXED[:2], "--answer", "slots"), "--answer slots looks for other windows"),
        ((*FIXED, "--answer", "earliest"), "leave --answer out and that one is checked"),
        (("--end", "2027-05-01T00:00:00Z"), "one of them"),
        (("--for", "1d", "--start", "soon"), "--start 'soon' cannot be used: an instant is written in full"),
        (
            ("--for", "1d", "--start", "2027-05-01T00:00:00Z", "--latest", "2027-06-01T00:00:00Z"),
            "go with --for",
        ),
        (
            ("--for", "1s"),
            "--for cannot be used, so nothing was asked: Input should be greater than or equal to 10",
        ),
        (("-a", "TPU 7"), "--accelerator cannot be used, so nothing was asked"),
    ],
)
def test_what_makes_no_sense_is_said_before_anybody_is_asked(
    holdfast: Tell, hub: Hub, words: tuple[str, ...], says: str
) -> None:
    timed = "--for" in words or words[:4] == FIXED
    result = holdfast(*(ASK[:-2] if timed else ASK), *words)
    assert result.exit_code == 2
    assert says in " ".join(result.stderr.replace("│", "").split())
    assert not any("availabilityqueries" in one.path for one in hub.server.requests)


def test_a_planner_that_does_not_answer_is_told_and_the_query_is_deleted(
    holdfast: Tell, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Planner, "turn", lambda _: True)
    result = holdfast(*ASK, "--wait", "0.1")
    assert result.exit_code == 2
    assert "no planner has answered" in result.stderr
    assert queries(hub) == 0


def test_who_may_not_ask_is_told_so(holdfast: Tell, hub: Hub) -> None:
    result = holdfast(*ASK, way=Confined(hub.server, AVAILABILITY_QUERY.plural))
    assert result.exit_code == 2
    assert "may not" in result.stderr


def test_a_saved_hub_gives_the_answer_of_the_hub_and_asks_no_server(
    holdfast: Tell, hub: Hub, planner: Planner, tmp_path: Path
) -> None:
    for _ in range(4):
        planner.look()
        planner.turn()
    live = json.loads(holdfast(*ASK, "-o", "json").output)
    file = tmp_path / "hub.json"
    assert "saved 2 pools, 1 reservations" in holdfast("save", str(file)).output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = len(hub.server.requests)
    told = json.loads(holdfast(*ASK, "-o", "json", "--snapshot", str(file)).output)
    assert told["offers"] == live["offers"]
    assert [ApiPath.parse(one.path).plural for one in hub.server.requests[before:]] == []


def test_a_file_that_is_no_saved_hub_is_one_line(holdfast: Tell, tmp_path: Path) -> None:
    result = holdfast(*ASK, "--snapshot", str(tmp_path / "none.json"))
    assert result.exit_code == 2
    assert "none.json cannot be used" in result.stderr


def file_of(hub: Hub, planner: Planner, tmp_path: Path) -> str:
    """The hub, saved."""
    planner.look()
    path = tmp_path / "hub.json"
    save(SavedHub(int(planner.api.clock.now()), planner.caches.documents(frozenset())), path)
    return str(path)


MISFITS = {
    ("-c", "9" * 20): "--count cannot be used",
    ("--at-least", "5", "-c", "2"): "--at-least 5 is more than --count 2",
    ("-t", "4x"): "--topology cannot be used",
    ("-d", "NY"): "--datacenter cannot be used",
    ("-n", "Ünï"): "--namespace 'Ünï' can be no namespace",
    ("--name", "Ünï"): "--name 'Ünï' can be no reservation's name",
    ("--name", ""): "--name '' can be no reservation's name",
    ("--for", "9999d"): "--for 9999d is more than five years",
    ("--earliest", "2027-02-01"): "--earliest '2027-02-01' cannot be used",
    ("--latest", "soon"): "--latest 'soon' cannot be used",
    ("--earliest", FIXED[1], "--latest", "2027-02-01T12:00:00Z"): "--for 1d is longer than what lies between",
}


@pytest.mark.parametrize("words", MISFITS)
def test_what_the_definitions_refuse_is_refused_of_a_file_too_by_the_name_of_the_option(
    holdfast: Tell, hub: Hub, planner: Planner, tmp_path: Path, words: tuple[str, ...]
) -> None:
    asked = (*ASK, "--snapshot", file_of(hub, planner, tmp_path))
    refused = holdfast(*asked, *words)
    assert refused.exit_code == 2
    assert MISFITS[words] in " ".join(refused.stderr.replace("│", "").split())
    assert holdfast(*asked).exit_code == 0


@pytest.mark.parametrize(
    "end", [FIXED[1], "2027-01-31T00:00:00Z", "2027-02-01T00:00:09Z", "2040-01-01T00:00:00Z"]
)
def test_an_end_that_is_none_of_its_start_is_refused_of_a_file_too(
    holdfast: Tell, hub: Hub, planner: Planner, tmp_path: Path, end: str
) -> None:
    asked = (*TWO, *FIXED[:2], "--snapshot", file_of(hub, planner, tmp_path), "--end")
    refused = holdfast(*asked, end)
    assert refused.exit_code == 2
    assert f"--end {end} is no end of what begins at" in " ".join(refused.stderr.replace("│", "").split())
    assert holdfast(*asked, FIXED[3]).exit_code == 0
