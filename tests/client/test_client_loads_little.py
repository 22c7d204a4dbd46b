"""What a tenant's program has to load: PyYAML comes where a kubeconfig is written otherwise than kubectl does."""

from __future__ import annotations

import subprocess
import sys

LIGHT = """
import sys
before = set(sys.modules)
import holdfast.client
loaded = {name.split(".")[0] for name in set(sys.modules) - before}
print(*sorted(loaded - set(sys.stdlib_module_names)))
"""


def test_it_loads_nothing_but_the_standard_library() -> None:
    done = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["holdfast"]


COMMANDS_ALONE = """
import sys
sys.modules["typer"] = None
import holdfast.__main__
"""


def test_where_only_the_client_is_installed_the_command_says_what_is_missing() -> None:
    done = subprocess.run([sys.executable, "-c", COMMANDS_ALONE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        1,
        "holdfast: the commands need typer: pip install 'holdfast[cli]'\n",
    )
