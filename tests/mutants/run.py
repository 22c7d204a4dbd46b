"""Plant every bug of the catalogue in a copy of the product, and see that a check notices each.

    python -m tests.mutants.run                 all of them, two at a time
    python -m tests.mutants.run --only seal     those whose name or file contains a word
    python -m tests.mutants.run --short         a fixed spread of some twenty
    python -m tests.mutants.run --document      all of them, and docs/mutants.md anew

Exit status 1 where one survives, cannot run or no longer applies, and where a killer is not green without any bug.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from tests.mutants.catalogue import chosen, mutants
from tests.mutants.mutant import Mutant
from tests.mutants.table import document, told
from tests.mutants.verdict import Verdict, tried
from tests.mutants.workshop import ROOT, Run, Workshop

AT_ONCE = 2
GREEN_LIMIT_SECONDS = 600.0
FIGURES = ROOT / "build" / "simulation.json"
DOCUMENT = ROOT / "docs" / "mutants.md"


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def not_green(workshop: Workshop, planted: Sequence[Mutant]) -> str:
    """What fails of the killers although nothing is planted; empty if nothing does."""
    killers = sorted({killer.partition("::")[0] for mutant in planted for killer in mutant.killers})
    halves = [killers[start::AT_ONCE] for start in range(min(AT_ONCE, len(killers)))]

    def run(half: list[str]) -> Run:
        return workshop.test(workshop.pristine, half, GREEN_LIMIT_SECONDS, until_one_fails=False)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = list(pool.map(run, halves))
    bad = [run.words for run in runs if run.seen is None or run.seen["failures"] or run.seen["uncollected"]]
    return "\n".join(words[-3000:] for words in bad)


def all_tried(workshop: Workshop, planted: Sequence[Mutant]) -> list[Verdict]:
    """The verdict on each, in the catalogue's order, told as they come."""
    found: dict[str, Verdict] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = [pool.submit(tried, workshop, one, f"mutant-{number}") for number, one in enumerate(planted)]
        for count, run in enumerate(as_completed(runs), 1):
            verdict = found[run.result().mutant.name] = run.result()
            say(
                f"{count:3}/{len(planted)} {verdict.fate.value:9} {verdict.seconds:5.1f} s  {verdict.mutant.name}"
            )
    return [found[one.name] for one in planted]


def write_figures(verdicts: Sequence[Verdict], path: Path = FIGURES) -> None:
    """Merge {mutants: {total, killed}} into the figures; the other keys are the simulation's."""
    known = json.loads(path.read_text()) if path.exists() else {}
    known["mutants"] = {"total": len(verdicts), "killed": sum(one.good for one in verdicts)}
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(known, indent=2) + "\n")


def main(words: Sequence[str] | None = None) -> int:
    """Run what was asked for; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.run", description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", metavar="WORD", help="those whose name or file contains it")
    parser.add_argument("--short", action="store_true", help="a fixed spread of some twenty")
    parser.add_argument("--document", action="store_true", help="write docs/mutants.md anew")
    asked = parser.parse_args(words)
    every = mutants()
    planted = chosen(every, asked.only, short=asked.short)
    if not planted:
        parser.error(f"no mutant's name contains {asked.only!r}")
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="holdfast-mutants-") as folder:
        workshop = Workshop(Path(folder))
        if wrong := not_green(workshop, planted):
            say(f"{wrong}\n\nThe killers must be green before anything is planted.")
            return 1
        say(
            f"{len(planted)} mutants; their killers are green without them ({time.monotonic() - started:.0f} s)"
        )
        verdicts = all_tried(workshop, planted)
    say(told(verdicts, time.monotonic() - started))
    if planted == every:
        write_figures(verdicts)
    if asked.document and planted == every:
        DOCUMENT.write_text(document(verdicts))
    return 0 if all(one.good for one in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
