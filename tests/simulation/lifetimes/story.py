"""A life as a file: its shape and its moves, so that what was once broken can be tried again for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import msgspec
from tests.simulation.lifetimes.life import Outcome, live
from tests.simulation.lifetimes.moves import Move
from tests.simulation.lifetimes.parameters import Parameters


class Story(NamedTuple):
    """A life that was once broken, and what was broken in it."""

    broke: str
    shape: Parameters
    moves: tuple[Move, ...]

    def text(self) -> str:
        """As a file holds it: a move a line."""
        moves = ",\n    ".join(msgspec.json.encode(list(move)).decode() for move in self.moves)
        shape = msgspec.json.encode(asdict(self.shape)).decode()
        broke = msgspec.json.encode(self.broke).decode()
        return f'{{\n  "broke": {broke},\n  "shape": {shape},\n  "moves": [\n    {moves}\n  ]\n}}\n'

    def play(self, words: bool = False) -> Outcome:
        """Live it again."""
        return live(self.shape, self.moves, story=words)


def read_story(path: Path) -> Story:
    """A story from its file."""
    told = msgspec.json.decode(path.read_bytes())
    shape = {**told["shape"], "units": tuple(told["shape"]["units"])}
    return Story(told["broke"], Parameters(**shape), tuple(Move(*move) for move in told["moves"]))


def told(outcome: Outcome, shape: Parameters, moves: Sequence[Move]) -> str:
    """A broken life in words: its shape, its moves, every call, and what is broken."""
    lines = [f"shape   {shape}", f"moves   {' '.join(f'{m.verb}({m.who},{m.n})' for m in moves)}", ""]
    return "\n".join([*lines, *outcome.story, "", f"BROKEN  {outcome.broken or 'nothing'}"])
