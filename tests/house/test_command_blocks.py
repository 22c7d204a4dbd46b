"""No block of commands in the documents goes unnoticed: it is run, tested elsewhere, or says why not."""

from __future__ import annotations

import subprocess

import pytest
from tests.docs.blocks import PLACES, blocks, of_text
from tests.house.sources import ROOT

BLOCKS = blocks()
ASKED = "say above it what becomes of it, as tests/docs/blocks.py has it: run, tested by, or not run and why"


def test_every_block_of_commands_says_what_becomes_of_it() -> None:
    silent = [block.place for block in BLOCKS if not block.how]
    assert silent == [], ASKED


def test_what_is_run_names_a_place_and_what_is_tested_a_test_that_exists() -> None:
    wrong = [f"{one.place}: {one.what}" for one in BLOCKS if one.how == "run" and one.what not in PLACES]
    for one in (each for each in BLOCKS if each.how == "tested by"):
        path, _, name = one.what.partition("::")
        file = ROOT / path
        if not file.is_file() or (name and f"def {name}(" not in file.read_text(encoding="utf-8")):
            wrong.append(f"{one.place}: {one.what}")
    assert wrong == []


def test_a_reason_is_a_sentence() -> None:
    assert [one.place for one in BLOCKS if one.how == "not run" and len(one.what.split()) < 4] == []


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.place)
def test_a_block_is_bash(block: object) -> None:
    commands = getattr(block, "commands", "")
    checked = subprocess.run(["bash", "-n"], input=commands, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


PAGE = """\
<!-- run: here -->
```sh
true
```

```
$ kubectl get cares
NAME
```
1. A list:
   <!-- not run: it has no end of its own -->
   ```sh
   sleep
   ```
```yaml
kind: Tenant
```
"""


def test_a_block_is_found_in_a_list_and_with_prompts_and_yaml_is_none() -> None:
    found = [(one.line, one.how, one.what, one.commands) for one in of_text("page", PAGE)]
    assert found == [
        (2, "run", "here", "true\n"),
        (6, "", "", "kubectl get cares\n"),
        (12, "not run", "it has no end of its own", "sleep\n"),
    ]
