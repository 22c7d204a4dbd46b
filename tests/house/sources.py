"""Where the house's files are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
OPERATORS, INFRA, LAB = ROOT / "operators" / "holdfast", ROOT / "infra", ROOT / "lab" / "holdfast_lab"
SOURCES = [OPERATORS, INFRA, LAB]
PURE = [OPERATORS / floor for floor in ("hardware", "assignment", "api", "planner")]


def sources(*folders: Path) -> list[Path]:
    """Every Python file below these folders, by name."""
    return sorted(path for folder in folders for path in folder.rglob("*.py"))
