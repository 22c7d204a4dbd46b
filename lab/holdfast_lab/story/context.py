"""What every step works with: kubectl as each person, the provisioning engine, the cloud's faults, and patience."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from holdfast_lab.polling import poll
from holdfast_lab.running import Lab
from holdfast_lab.testing import Kubectl, person_of, platform_engineer

Observation = Callable[[], str]
"""Looks once and says what it saw; an empty answer means not yet."""


class NotObserved(Exception):
    """A step of the story did not happen in its time; the message says what was seen instead."""


@dataclass(slots=True)
class Context:
    """The lab with its people. `notes` carries what one step found out for a later one."""

    lab: Lab
    notes: dict[str, Any] = field(default_factory=dict)

    def engineer(self, cluster: str = "hub") -> Kubectl:
        """kubectl of a platform engineer."""
        return platform_engineer(self.lab, cluster)

    def person(self, tenant: str, cluster: str = "hub") -> Kubectl:
        """kubectl of a tenant's person."""
        return person_of(self.lab, tenant, cluster)

    def holdfast(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command line as a platform engineer in this lab."""
        argv = [str(Path(sys.executable).absolute()), "-m", "holdfast", *arguments]
        return subprocess.run(argv, env=self._environment(), capture_output=True, text=True, check=False)

    def must(self, *arguments: str) -> str:
        """As `holdfast`; raises NotObserved with the command's own words when it fails."""
        answer = self.holdfast(*arguments)
        if answer.returncode != 0:
            said = "\n".join((answer.stdout + answer.stderr).strip().splitlines()[-12:])
            raise NotObserved(f"holdfast {' '.join(arguments)} ended with {answer.returncode}:\n{said}")
        return answer.stdout

    def until(self, observation: Observation, seconds: float, what: str) -> str:
        """Look until something is seen; NotObserved after `seconds`."""
        seen = poll(observation, seconds)
        if not seen:
            raise NotObserved(f"not within {seconds:.0f} s: {what}")
        return seen

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "KUBECONFIG": str(self.lab.state.kubeconfig),
            "HOLDFAST_LAB": str(self.lab.state.root),
        }
