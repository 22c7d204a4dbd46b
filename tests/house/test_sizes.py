"""The house checks its sizes and its waivers. What a tool already checks is not checked here again."""

from __future__ import annotations

import ast
import re
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.house.sources import PURE, ROOT, SOURCES, sources

WAIVER = re.compile(r"#\s*(noqa|type:\s*ignore)[^#\n]*")
MOST_WAIVERS = 6


@dataclass(frozen=True)
class Function:
    """A function and the lines of its body, counted after its docstring."""

    where: str
    lines: int
    parameters: int


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        body = node.body[1:] if ast.get_docstring(node) is not None else node.body
        lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
        own = [arg for arg in (*node.args.args, *node.args.kwonlyargs) if arg.arg not in ("self", "cls")]
        yield Function(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", lines, len(own))


TABLES = ("operators/holdfast/api/reasons.py",)
"""One table of words each, which grows by six lines a word and is not split."""
ALL = [function for path in sources(*SOURCES) for function in functions(path)]


def test_no_file_is_longer_than_300_lines_and_half_are_under_120() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in sources(*SOURCES, ROOT / "tests")
    }
    long = [
        f"{name} has {lines} lines" for name, lines in lengths.items() if lines > 300 and name not in TABLES
    ]
    assert long == [], "at most 300: split it by noun"
    assert statistics.median(lengths.values()) <= 120


def test_no_function_is_longer_than_40_lines() -> None:
    assert [f"{f.where}: {f.lines} lines" for f in ALL if f.lines > 40] == []


def test_nine_functions_in_ten_have_25_lines_or_fewer_and_half_have_8() -> None:
    lengths = sorted(f.lines for f in ALL)
    assert lengths[int(len(lengths) * 0.9)] <= 25
    assert statistics.median(lengths) <= 8


def test_no_function_takes_more_than_5_parameters() -> None:
    assert [f"{f.where}: {f.parameters}" for f in ALL if f.parameters > 5] == []


def test_tests_are_20_lines_or_shorter() -> None:
    tests = [f for path in sources(ROOT / "tests") for f in functions(path) if " test_" in f.where]
    assert [f"{f.where}: {f.lines} lines" for f in tests if f.lines > 20] == []


def test_the_pure_floors_carry_no_waiver() -> None:
    assert [str(p.relative_to(ROOT)) for p in sources(*PURE) if WAIVER.search(p.read_text())] == []


def test_every_waiver_names_its_rule_and_their_number_does_not_grow() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sources(*SOURCES)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if WAIVER.search(line)
    ]
    assert [line for line in found if re.search(r"#\s*noqa\s*$|type:\s*ignore\s*$", line)] == []
    assert len(found) <= MOST_WAIVERS, "\n".join(found)


def test_the_lock_holds_hashes_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "--hash=sha256:" in lock
    assert "://" not in lock
