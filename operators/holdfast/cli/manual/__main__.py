"""Write the manual, or say what of it differs."""

from __future__ import annotations

import sys

from holdfast.api.generate import written_or_compared
from holdfast.cli.manual.pages import stale, write


def main(arguments: list[str]) -> int:
    """Write, or with --check only compare. Returns the exit code."""
    return written_or_compared(arguments, write, stale, "the commands say: run python -m holdfast.cli.manual")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
