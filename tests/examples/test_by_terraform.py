"""The Terraform example: its syntax, where there is a terraform. It is applied nowhere."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from tests.house.sources import ROOT


@pytest.mark.skipif(not shutil.which("terraform"), reason="NOT RUN: there is no terraform on PATH")
def test_its_syntax_is_terraforms_and_its_format_too() -> None:
    argv = ["terraform", "fmt", "-check", "-diff", str(ROOT / "examples" / "by-terraform")]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
