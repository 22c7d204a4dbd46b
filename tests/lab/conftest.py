"""One lab for the session, without Holdfast's manifests: these tests are about the lab itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from holdfast_lab.running import Lab
from holdfast_lab.testing import running_lab

SITE = "lake-mariner"


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    nothing = tmp_path_factory.mktemp("manifests")
    with running_lab(tmp_path_factory.mktemp("it's a lab"), [SITE], manifests=nothing) as lab:
        yield lab
