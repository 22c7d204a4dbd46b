"""What help, completion and a mistyped option load: typer, and nothing that takes long."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "kubernetes",
    "pydantic",
    "prometheus_client",
    "pulumi",
    "grpc",
    "google",
    "rich",
    "cryptography",
    "yaml",
)
SCRIPT = """
import sys
from holdfast.__main__ import command_line
try:
    command_line()
except SystemExit as left:
    print("code", left.code)
print("loaded", *(name for name in {heavy} if name in sys.modules))
"""
COMPLETION = {"_HOLDFAST_COMPLETE": "complete_bash", "COMP_WORDS": "holdfast lab ", "COMP_CWORD": "2"}


def run(*words: str, **environment: str) -> tuple[str, str]:
    """What the command line wrote, and which heavy modules it loaded, in a process of its own."""
    script = SCRIPT.format(heavy=HEAVY)
    argv = [sys.executable, "-c", f"import sys; sys.argv = {['holdfast', *words]!r}\n{script}"]
    answer = subprocess.run(argv, capture_output=True, text=True, check=True, env=environment or None)
    *said, loaded = answer.stdout.strip().splitlines()
    return "\n".join(said) + answer.stderr, loaded


@pytest.mark.parametrize(
    "words",
    [
        "",
        "--help",
        "status --help",
        "explain --help",
        "hosts --help",
        "access --help",
        "when --help",
        "reserve --help",
        "watch --help",
        "extend --help",
        "release-freeze --help",
        "backup --help",
        "restore --help",
        "resume --help",
        "migrate-storage --help",
        "list --help",
        "snapshot --help",
        "snapshot save --help",
        "audit --help",
        "operator --help",
        "replay --help",
        "forecast --help",
        "agent --help",
        "lab --help",
        "lab up --help",
        "lab cloud --help",
        "lab cloud fault --help",
        "lab pulumi --help",
    ],
)
def test_help_loads_nothing_heavy(words: str) -> None:
    said, loaded = run(*words.split())
    assert "Usage:" in said
    assert loaded == "loaded"


@pytest.mark.parametrize("words", ["stauts", "status --colour", "when --colour", "lab upp", "lab up --sties"])
def test_a_usage_error_loads_nothing_heavy(words: str) -> None:
    said, loaded = run(*words.split())
    assert "code 2" in said
    assert loaded == "loaded"


def test_completion_loads_nothing_heavy() -> None:
    said, loaded = run(**COMPLETION)
    assert {"cloud", "demo", "down", "pulumi", "up"} <= set(said.split())
    assert loaded == "loaded"


@pytest.mark.parametrize(
    "words",
    [
        "explain",
        "reserve -c 0",
        "shrink r",
        "extend",
        "lab tenant",
        "audit --settle soon",
        "when -n a",
        "when -a b -n c -c d",
    ],
)
def test_a_wrong_value_loads_nothing_heavy(words: str) -> None:
    said, loaded = run(*words.split())
    assert "code 2" in said
    assert loaded == "loaded"
