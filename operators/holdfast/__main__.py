"""`holdfast` and `python -m holdfast`."""

from __future__ import annotations

from holdfast.cli.app import build


def main() -> None:
    """Run the command line."""
    build()()


if __name__ == "__main__":
    main()
