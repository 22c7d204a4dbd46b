"""Write a release: `python -m holdfast_lab.release [FOLDER]`."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from holdfast.cli.manual.pages import GENERATOR as MANUAL
from holdfast_lab.errors import LabError
from holdfast_lab.installation import MANIFESTS
from holdfast_lab.programs import ensure_programs
from holdfast_lab.progress import Progress
from holdfast_lab.release.charts import write_charts
from holdfast_lab.release.materials import bill
from holdfast_lab.release.rendered import PARTS, rendered

PROJECT = MANIFESTS.parent
DISTRIBUTIONS = ("operators", "infra", "lab")


def main(words: list[str]) -> int:
    """Write it anew; the exit status."""
    folder, number = Path(words[0] if words else PROJECT / "build" / "release"), version("holdfast")
    try:
        _man_pages()
        kubectl = ensure_programs(Progress()) / "kubectl"
        for part in ("wheels", "manifests", "charts"):
            shutil.rmtree(folder / part, ignore_errors=True)
            (folder / part).mkdir(parents=True)
        _wheels(folder / "wheels")
        for part in PARTS:
            (folder / "manifests" / f"{part}.yaml").write_text(rendered(kubectl, part), encoding="utf-8")
        write_charts(kubectl, folder / "charts", number)
        materials = bill((PROJECT / "requirements.lock").read_text(encoding="utf-8"), number)
        (folder / "holdfast.cdx.json").write_text(json.dumps(materials, indent=1) + "\n", encoding="utf-8")
    except (LabError, OSError) as error:
        sys.stderr.write(f"release: {error}\n")
        return 1
    sys.stdout.write(
        f"release {number} in {folder}; no image: it needs a container engine (manifests/Containerfile)\n"
    )
    return 0


def _man_pages() -> None:
    """The wheel takes those that are checked in; they must be what its commands say."""
    if differing := MANUAL.stale(PROJECT):
        raise LabError(f"{differing[0]} is not what the commands say: run make generate, and commit it")


def _wheels(folder: Path) -> None:
    argv = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "wheel", "--no-deps"]
    argv += [
        "--no-build-isolation",
        "--wheel-dir",
        str(folder),
        *(str(PROJECT / each) for each in DISTRIBUTIONS),
    ]
    answer = subprocess.run(argv, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise LabError(f"the wheels cannot be built: {answer.stderr.strip()[-400:]}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
