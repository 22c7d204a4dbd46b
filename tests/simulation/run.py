"""`python -m tests.simulation.run`: random lifetimes and the sweep of the shipped code; exit status 1 on a violation.

    --lifetimes 10000 --jobs 2    that many lives, by seed from --from on
    --sweep [--every 20]          every point of the sweep, or every so many-th
    --seed N                      one life in words, and if something is broken in it its shortest form
    --story FILE                  a kept life in words

What was done stands in build/simulation.json.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from tests.simulation.lifetimes.life import live
from tests.simulation.lifetimes.minimise import minimised
from tests.simulation.lifetimes.parameters import moves, parameters
from tests.simulation.lifetimes.story import Story, read_story, told
from tests.simulation.sweep.scenarios import SCENARIOS
from tests.simulation.sweep.sweep import Point, points, told_point, try_point


class Swept(NamedTuple):
    """How many points were tried, and what is broken at which."""

    points: int
    broken: dict[Point, str]


RESULT = Path(__file__).parents[2] / "build" / "simulation.json"
PROGRESS_SECONDS = 5.0
CHUNK = 20
MOST_TOLD = 3
"""Broken lives that are told in words; of the others the seed."""


def lives(seeds: Sequence[int]) -> dict[str, Any]:
    """Some lives in this process: how many calls and refusals, and what was broken by seed."""
    done: dict[str, Any] = {"lifetimes": len(seeds), "calls": 0, "refusals": 0, "broken": {}}
    for seed in seeds:
        outcome = live(parameters(seed), moves(seed))
        done["calls"] += outcome.calls
        done["refusals"] += outcome.refusals
        if outcome.broken:
            done["broken"][seed] = outcome.broken
    return done


def chunks(first: int, count: int) -> Iterator[range]:
    """The seeds in portions for one process each."""
    for start in range(first, first + count, CHUNK):
        yield range(start, min(start + CHUNK, first + count))


def many_lives(first: int, count: int, jobs: int, say: TextIO) -> dict[str, Any]:
    """All lives, over several processes, with a line every few seconds and one as soon as something is broken."""
    total: dict[str, Any] = {"lifetimes": 0, "calls": 0, "refusals": 0, "broken": {}}
    began = spoken = time.monotonic()
    with ProcessPoolExecutor(jobs) as pool:
        for finished in as_completed([pool.submit(lives, seeds) for seeds in chunks(first, count)]):
            done = finished.result()
            for key in ("lifetimes", "calls", "refusals"):
                total[key] += done[key]
            total["broken"] |= done["broken"]
            for seed, what in done["broken"].items():
                _say(say, f"        seed {seed}: {what}")
            if time.monotonic() - spoken > PROGRESS_SECONDS:
                spoken = time.monotonic()
                _say(say, _line(total, spoken - began))
    _say(say, _line(total, time.monotonic() - began))
    return total


def many_points(jobs: int, every: int, say: TextIO) -> Swept:
    """The sweep, or every so many-th point of it; what is broken by point, and how many points there were."""
    with ProcessPoolExecutor(jobs) as pool:
        numbers = range(len(SCENARIOS))
        all_points = [point for found in pool.map(_points, numbers) for point in found][::every]
        began = spoken = time.monotonic()
        broken: dict[Point, str] = {}
        for done, (point, what) in enumerate(pool.map(_tried, all_points, chunksize=10), 1):
            if what:
                broken[point] = what
            if time.monotonic() - spoken > PROGRESS_SECONDS or done == len(all_points):
                spoken = time.monotonic()
                line = f"{spoken - began:6.0f} s  {done} of {len(all_points)} points of the sweep"
                _say(say, f"{line} ({len(SCENARIOS)} scenarios), {len(broken)} violations")
    return Swept(len(all_points), broken)


def _points(scenario: int) -> list[Point]:
    return list(points(scenario))


def _tried(point: Point) -> tuple[Point, str]:
    return point, try_point(point)


def _line(total: dict[str, Any], seconds: float) -> str:
    rate = total["lifetimes"] / max(seconds, 0.001)
    return (
        f"{seconds:6.0f} s  {total['lifetimes']} lifetimes ({rate:.1f} a second), {total['calls']} calls, "
        f"{total['refusals']} refused by guards, {len(total['broken'])} violations"
    )


def _say(say: TextIO, line: str) -> None:
    say.write(line + "\n")
    say.flush()


def tell(seed: int, say: TextIO) -> bool:
    """One life in words; where something is broken, its shortest form, and how to keep it. Whether it was whole."""
    shape, life = parameters(seed), moves(seed)
    first = live(shape, life)
    if not first.broken:
        say.write(told(live(shape, life, story=True), shape, life) + "\n")
        return True
    shorter, few = minimised(shape, life, first.broken)
    outcome = live(shorter, few, story=True)
    say.write(f"--- seed {seed}: {first.broken}\n--- {len(life)} moves, in its shortest form {len(few)}\n")
    say.write(told(outcome, shorter, few) + "\n")
    say.write(
        f"--- keep it as a file, and play it with --story:\n{Story(outcome.broken, shorter, few).text()}"
    )
    return False


def report(figures: dict[str, Any]) -> None:
    """Write the figures into the result, beside what others have put there."""
    RESULT.parent.mkdir(exist_ok=True)
    before = json.loads(RESULT.read_text()) if RESULT.exists() else {}
    RESULT.write_text(json.dumps({**before, **figures}, indent=2) + "\n")


def arguments(given: Iterable[str]) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.run", description=__doc__)
    parser.add_argument("--lifetimes", type=int, default=0)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--sweep", action="store_true")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--story", type=Path)
    return parser.parse_args(list(given))


def main(given: Sequence[str]) -> int:
    """The exit status."""
    asked = arguments(given)
    if asked.seed is not None:
        return 0 if tell(asked.seed, sys.stdout) else 1
    if asked.story is not None:
        story = read_story(asked.story)
        outcome = story.play(words=True)
        _say(sys.stdout, told(outcome, story.shape, story.moves))
        return 1 if outcome.broken else 0
    return run(asked)


def run(asked: argparse.Namespace) -> int:
    """Lives, sweep, figures."""
    began = time.monotonic()
    figures: dict[str, Any] = {"violations": 0}
    if asked.lifetimes:
        total = many_lives(asked.first, asked.lifetimes, asked.jobs, sys.stdout)
        broken = total.pop("broken")
        _tell_lives(broken)
        figures |= total | {"violations": len(broken)}
    if asked.sweep:
        swept = many_points(asked.jobs, asked.every, sys.stdout)
        _tell_points(swept.broken)
        figures |= {"sweeps": swept.points, "violations": figures["violations"] + len(swept.broken)}
    report({**figures, "seconds": round(time.monotonic() - began, 1)})
    return 1 if figures["violations"] else 0


def _tell_lives(broken: dict[int, str]) -> None:
    for number, (seed, what) in enumerate(sorted(broken.items())):
        _say(sys.stdout, f"seed {seed}: {what}")
        if number < MOST_TOLD:
            tell(seed, sys.stdout)


def _tell_points(broken: dict[Point, str]) -> None:
    for number, (point, what) in enumerate(broken.items()):
        _say(sys.stdout, f"sweep, {point}: {what}")
        if number < MOST_TOLD:
            _say(sys.stdout, told_point(point))


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":  # a seed is the same life in every process
        os.execve(sys.executable, [sys.executable, "-m", "tests.simulation.run", *sys.argv[1:]],  # noqa: S606
                  {**os.environ, "PYTHONHASHSEED": "0"})  # fmt: skip
    raise SystemExit(main(sys.argv[1:]))
