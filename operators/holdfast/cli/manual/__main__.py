"""Write the manual, or say what of it differs."""

from __future__ import annotations

import sys
from pathlib import Path

from holdfast.cli.manual.pages import stale, write


def main(arguments: list[str]) -> int:
    """Write, or with --check only compare. Returns the exit code."""
    root = Path.cwd()
    if "--check" not in arguments:
        write(root)
        return 0
    differing = stale(root)
    for path in differing:
        sys.stderr.write(f"{path} is not what the commands say: run python -m holdfast.cli.manual\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
