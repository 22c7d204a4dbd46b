"""Kept turns: planned again they decide the same, whatever was kept before them; bounded, private, never in the way."""

from __future__ import annotations

import queue
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.builders import NOW, snapshot
from tests.simulation.hub import POOLS, Hub, Planner, contested

from holdfast.hub.kept_turns import KeptTurn, base_line, decided_by, snapshot_of, turn_line, turn_of, turns_of
from holdfast.hub.left_out import LeftOut, without
from holdfast.hub.snapshot_reader import HubDocuments
from holdfast.hub.turn_keeper import BEFORE, BEHIND, TurnFiles, TurnKeeper
from holdfast.hub.turn_keeper import NOW as CURRENT
from holdfast.planner.plan import plan
from holdfast.planner.state.plans import Plan

ASK = "mistral/train"
MUCH = 10_000_000


@pytest.fixture
def kept() -> list[KeptTurn]:
    """The turns in which two cubes are promised and granted, as they were planned."""
    return list(lived(contested()))


def lived(hub: Hub) -> Iterator[KeptTurn]:
    planner, turns = Planner(hub, hub.server), list[KeptTurn]()
    planner.loop.keep = lambda *turn: turns.append(turn_of(*turn))
    for _ in range(8):
        planner.look()
        planner.turn()
        hub.time.sleep(2)
    yield from (one for one in turns if one.decided)


def written(turns: list[KeptTurn]) -> list[str]:
    lines, before = [base_line(turns[0].hub, NOW)], turns[0].hub
    for one in turns:
        lines.append(turn_line(before, one))
        before = one.hub
    return lines


def test_every_turn_planned_again_from_the_file_decides_the_same(kept: list[KeptTurn]) -> None:
    read = list(turns_of(written(kept)))
    assert len(read) == len(kept) > 1
    for then, now in zip(kept, read, strict=True):
        seen = snapshot_of(now)
        made = plan(seen)
        held = [uid for uid in made.holds if seen.reservations[uid].label in then.decided.holds]
        assert decided_by(seen, made, held) == then.decided == now.decided


def test_a_turn_costs_what_is_another_in_it(kept: list[KeptTurn]) -> None:
    base, first, *_ = written(kept)
    assert '"put":{}' in first
    assert len(first) < len(base)


def test_a_line_that_was_being_written_is_left_out(kept: list[KeptTurn]) -> None:
    *lines, last = written(kept)
    assert len(list(turns_of([*lines, last[:-9]]))) == len(kept) - 1


@pytest.mark.parametrize("text", ["", "no json", "{}", '{"format":"another"}\n'])
def test_what_is_no_such_file_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="no kept turns"):
        list(turns_of([text]))


def test_what_is_left_out_was_never_there(kept: list[KeptTurn]) -> None:
    seen = snapshot_of(kept[-1])
    alone = plan(without(seen, ASK))
    assert not alone.promises
    assert not any(write.ledger.entries for write in alone.ledgers)
    assert POOLS[0] not in without(seen, POOLS[0]).pools
    with pytest.raises(LeftOut, match="no reservation"):
        without(seen, "mistral/other")
    with pytest.raises(LeftOut, match="pool or maintenance"):
        without(seen, "other")


def test_files_are_their_owners_alone_and_two_of_them_stay_below_the_bound(
    kept: list[KeptTurn], tmp_path: Path
) -> None:
    most = 4 * len(base_line(kept[0].hub, NOW))
    files = TurnFiles(tmp_path / "kept", most)
    for _ in range(9):
        for one in kept:
            files.keep(one)
    found = sorted((tmp_path / "kept").iterdir())
    assert [file.name for file in found] == [BEFORE, CURRENT]
    assert sum(file.stat().st_size for file in found) <= most
    assert {stat.S_IMODE(file.stat().st_mode) for file in found} == {0o600}
    assert all(list(turns_of(file.read_text().splitlines(keepends=True))) for file in found)


def test_a_base_that_is_too_large_is_told_and_nothing_is_written(
    kept: list[KeptTurn], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="give more with --keep-bytes"):
        TurnFiles(tmp_path / "kept", 100).keep(kept[0])
    assert not (tmp_path / "kept").exists()


def test_a_disk_that_fails_costs_a_turns_evidence_and_the_next_one_begins_anew(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.write_text("a file where the folder should be")
    keeper, seen = TurnKeeper(TurnFiles(folder, MUCH)), snapshot()
    keeper.take(HubDocuments(), seen, Plan(decided=1))
    keeper.write(timeout=1)
    folder.unlink()
    keeper.take(HubDocuments(), seen, Plan(decided=1))
    keeper.write(timeout=1)
    assert (folder / CURRENT).read_text().startswith('{"format":')


def test_the_loop_never_waits_for_the_disk_and_turns_that_decide_nothing_are_not_kept(tmp_path: Path) -> None:
    keeper, seen = TurnKeeper(TurnFiles(tmp_path, MUCH)), snapshot()
    keeper.take(HubDocuments(), seen, Plan())
    with pytest.raises(queue.Empty):
        keeper._waiting.get_nowait()
    for _ in range(2 * BEHIND):
        keeper.take(HubDocuments(), seen, Plan(decided=1))
    assert keeper._waiting.qsize() == BEHIND
