"""The table for people: what was planted, what noticed it, how long that took."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.mutants.verdict import Verdict

HEAD = """\
# Planted bugs, and the check that notices each

Written by `python -m tests.mutants.run --document`; `make mutants` plants them again and fails where one survives. How
to add one: CONTRIBUTING.md. What only a real API server can show (the CEL rules and the admission policies) is not
here: tests/guards refuses and accepts each of them beside the same write without its fault.
"""


def told(verdicts: Sequence[Verdict], seconds: float) -> str:
    """One line a mutant, the bad ones once more at the end, then the sum."""
    bad = [one for one in verdicts if not one.good]
    lines = ["", *(_line(one) for one in verdicts), ""]
    lines += [f"{one.fate.value}: {one.mutant.name} ({one.mutant.file})\n    {one.by}" for one in bad]
    killed = len(verdicts) - len(bad)
    return "\n".join([*lines, f"{killed} of {len(verdicts)} mutants killed in {seconds:.0f} s"])


def document(verdicts: Iterable[Verdict]) -> str:
    """The table as a page, by file; without seconds, so that it changes only when something else does."""
    lines = [HEAD, "| what goes wrong | planted in | noticed by |", "|---|---|---|"]
    for one in verdicts:
        file = one.mutant.file.partition("/")[2]
        lines.append(f"| {one.mutant.name} | `{file}` | {_check(one.by)} |")
    return "\n".join(lines) + "\n"


def _line(one: Verdict) -> str:
    return f"{one.seconds:6.1f} s  {one.mutant.name:<88} {_check(one.by) if one.good else one.fate.value}"


def _check(by: str) -> str:
    """The file and the sentence of a test, without what it was called with."""
    file, _, test = by.partition("::")
    sentence = test.partition("[")[0].removeprefix("test_").replace("_", " ")
    return f"{file.removeprefix('tests/')}: {sentence}" if test else by
