"""The clusters of a lab that its cloud's hosts join: real ones, or paper where HOLDFAST_LAB_HOSTS=paper says so."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any

from holdfast_lab.cloud.hosts import PaperSites, Sites

PAPER = "HOLDFAST_LAB_HOSTS"


def sites_of(folder: Path) -> Sites:
    """The clusters of the lab in a folder, or paper if the environment says so."""
    if os.environ.get(PAPER) == "paper":
        return PaperSites()
    sites: Sites = lab_sites(folder)
    return sites


def lab_sites(folder: Path) -> Any:
    """The real clusters of a lab (sites.LabSites); loaded late, because the kubernetes client takes its time."""
    return import_module("holdfast_lab.cloud.sites").LabSites(folder)
