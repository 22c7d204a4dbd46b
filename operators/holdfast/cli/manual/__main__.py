"""Write the manual, or say what of it differs."""

from __future__ import annotations

import sys

from holdfast.cli.manual.pages import GENERATOR

if __name__ == "__main__":
    sys.exit(GENERATOR.main(sys.argv[1:]))
