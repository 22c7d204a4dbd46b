"""`holdfast unit`: one step at a time, through the declaration, refused where no spare can take over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from tests.infra.ledgers import POOL, promise, report, spec, standing
from tests.infra.recording import ROOT
from tests.infra.test_hub_guard import FakeHub

from holdfast_infra.commands.unit_command import Asked, unit
from holdfast_infra.stack_files.on_disk import check

TEXT = (ROOT / "stacks" / "Pulumi.lake-mariner.yaml").read_text()
ENTRY = "- ids: cube-000..cube-143"
CUBE, SPARE = "cube-000", "cube-001"
HELD = {"state": "Active", "promise": "p0"}
GOING = {"state": "Releasing", "promise": "p0"}
PUBLISHED = spec(CUBE, SPARE)
RETIRING = spec(CUBE, SPARE) | {
    "units": {CUBE: {"nodePool": CUBE, "retiring": True}, SPARE: {"nodePool": SPARE}}
}
STAND, GONE = report(**{CUBE: "Healthy", SPARE: "Healthy"}), report(**{SPARE: "Healthy"})
SERVES = f"{{ids: {CUBE}}}"
RETIRES = f"{{ids: {CUBE}, retiring: true}}"
AWAY = f"{{ids: {CUBE}, retiring: true, delivered: false, availableFrom: '2027-01-01T00:00:00Z'}}"


def stack(folder: Path, *entries: str) -> Path:
    """A stack file with these entries and the spare."""
    path = folder / "Pulumi.lake-mariner.yaml"
    listed = "\n          ".join(f"- {entry}" for entry in (*entries, f"{{ids: {SPARE}}}"))
    path.write_text(TEXT.replace(ENTRY, listed).replace("spares: 10", "spares: 0"))
    return path


def told(asked: Asked, pool: dict[str, Any] | None, seen: Any = STAND) -> int:
    """The exit code of one step."""
    hub = FakeHub([pool] if pool else [], reports={POOL: seen})
    try:
        unit(replace(asked, hub="kubeconfig:hub"), lambda _: hub)
    except typer.Exit as left:
        return int(left.exit_code)
    return 0


def entry(path: Path) -> str:
    """What the stack file says of the cube; empty where it says nothing."""
    lines = (line.strip().removeprefix("- ") for line in path.read_text().splitlines())
    return next((line for line in lines if line.startswith(f"{{ids: {CUBE}")), "")


MINE = promise(1, 0, 30)
HELD_NOW, FREE, OUT = standing(PUBLISHED, MINE, **{CUBE: HELD}), standing(RETIRING), standing(spec(SPARE))
MOVING, CLEARING = standing(RETIRING, MINE, **{CUBE: HELD}), standing(RETIRING, MINE, **{CUBE: GOING})
BACK = f"{{ids: {CUBE}, availableFrom: '2027-01-01T00:00:00Z'}}"


@pytest.mark.parametrize(
    "row",
    [
        ("retire", [SERVES], HELD_NOW, STAND, RETIRES, "a spare takes over from its holder"),
        ("retire", [RETIRES], HELD_NOW, STAND, RETIRES, "the hub does not know yet"),
        ("retire", [RETIRES], MOVING, STAND, RETIRES, "in the hands of team/pretrain until"),
        ("retire", [RETIRES], CLEARING, STAND, RETIRES, "on its way back from team/pretrain"),
        ("retire", [RETIRES], FREE, STAND, "", "is free: leave it out"),
        ("retire", [], FREE, STAND, "", "its hardware still stands: run `pulumi up`"),
        ("retire", [], OUT, STAND, "", "is retired"),
        ("cycle", [SERVES], HELD_NOW, STAND, RETIRES, "a spare takes over from its holder"),
        ("cycle", [RETIRES], FREE, STAND, AWAY, "so that its nodes are deleted"),
        ("cycle", [AWAY], FREE, STAND, AWAY, "still stand: run `pulumi up`"),
        ("cycle", [AWAY], FREE, GONE, BACK, "declare it in service again"),
    ],
)
def test_each_step_is_told_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str], row: Any) -> None:
    verb, entries, pool, seen, written, says = row
    path = stack(tmp_path, *entries)
    assert told(Asked(verb, path, f"tpu7x-a/{CUBE}", write=True), pool, seen) == 0
    assert entry(path) == written
    assert says in capsys.readouterr().out


def test_without_write_the_edit_is_only_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = stack(tmp_path, SERVES)
    before = path.read_text()
    assert told(Asked("retire", path, f"tpu7x-a/{CUBE}"), HELD_NOW) == 0
    assert path.read_text() == before
    assert f"+          - {RETIRES}" in capsys.readouterr().out


NO_SPARE = standing(PUBLISHED, promise(2, 0, 30), **{CUBE: HELD, SPARE: HELD})
ANOTHER = [SERVES, "{ids: cube-009, retiring: true}"]
NAME = f"tpu7x-a/{CUBE}"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (([SERVES], NAME, NO_SPARE), "no spare can take over"),
        ((ANOTHER, NAME, HELD_NOW), "tpu7x-a/cube-009 is under way: one unit at a time"),
        (([SERVES], f"b/{CUBE}", HELD_NOW), "names no unit of this stack: write POOL/UNIT with a pool of tpu7x-a"),
        (([SERVES], "tpu7x-a", HELD_NOW), "names no unit of this stack"),
        (([SERVES], NAME, None), "the hub knows no pool lake-mariner.tpu7x-a"),
        (([SERVES], NAME, OUT), "the hub does not know cube-000"),
    ],
)  # fmt: skip
def test_what_is_refused_leaves_the_stack_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], row: Any, sentence: str
) -> None:
    entries, name, pool = row
    path = stack(tmp_path, *entries)
    before = path.read_text()
    assert told(Asked("retire", path, name, write=True), pool) == 1
    assert (sentence in capsys.readouterr().err, path.read_text()) == (True, before)


def test_a_wait_that_is_too_short_says_what_it_waits_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = standing(RETIRING, promise(1, 0, 30), **{CUBE: HELD})
    assert told(Asked("retire", stack(tmp_path, RETIRES), f"tpu7x-a/{CUBE}", wait=0.01), held) == 3
    assert "in the hands of team/pretrain" in capsys.readouterr().err


def test_a_stack_with_mistakes_cannot_be_looked_at(tmp_path: Path) -> None:
    path = stack(tmp_path, SERVES)
    path.write_text(path.read_text().replace("spares: 0", "spares: many"))
    assert told(Asked("retire", path, f"tpu7x-a/{CUBE}"), HELD_NOW) == 2


def test_what_was_written_is_a_sound_stack_at_every_step(tmp_path: Path) -> None:
    for entries in ([SERVES], [RETIRES], [AWAY]):
        assert check(stack(tmp_path, *entries)).pools
