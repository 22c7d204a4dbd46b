"""`holdfast backup FILE` and `holdfast restore FILE`: a hub in a file, and a hub at rest made of it (docs/backup.md).

Exit status: 0 done, 1 it was not agreed, 2 it could not look, could not write, or this is not the file or hub for it.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import typer
from rich.console import Console

from holdfast.backup.collecting import collect
from holdfast.backup.document import Backup, NoBackup, backup_of_text, text_of_backup
from holdfast.backup.restoring import WrongHub, check_hub, restore
from holdfast.cli.connection import one_line_errors, open_api
from holdfast.cli.questions import agreed
from holdfast.cli.unconnected import Unconnected, plain_errors
from holdfast.cli.ways import open_way
from holdfast.cli.written import tell
from holdfast.hardware.instants import text_of
from holdfast.process.whole_file import write_whole

NO = 1


def back_up(file: Path, kubeconfig: str | None, context: str | None) -> None:
    """Read the hub at one instant and write the file, whole or not at all."""
    with plain_errors():
        backup = collect(open_way(kubeconfig, context).ask, version("holdfast"))
        try:
            write_whole(text_of_backup(backup), file)
        except OSError as error:
            raise Unconnected(
                f"{file} cannot be written, and no half of it is there: {error.strerror or error}"
            ) from error
    tell(f"{_words(backup)} in {file}; tenants' names are in it")


def restore_from(file: Path, yes: bool, kubeconfig: str | None, context: str | None) -> None:
    """Check file and hub, ask, and make the hub anew; it rests until `holdfast resume`."""
    with one_line_errors(Console(stderr=True)):
        backup = _read(file)
        api = open_api(kubeconfig, context)
        try:
            check_hub(api, backup)
        except WrongHub as error:
            raise Unconnected(str(error)) from error
        tell(f"{_words(backup)}, {_age(int(api.clock.now()) - backup.at)} old", err=True)
        if not agreed("Make it anew on this hub?", sure=yes):
            raise typer.Exit(NO)
        made = restore(api, backup)
    counted = (
        ", ".join(f"{count} {plural}" for plural, count in made.items() if count) or "nothing was missing"
    )
    tell(f"made {counted}")
    tell(
        "the hub rests: nothing new is promised, bound or released. Connect the agents, then: holdfast resume"
    )


def _read(file: Path) -> Backup:
    try:
        return backup_of_text(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise Unconnected(f"{file} cannot be read: {error.strerror or error}") from error
    except (NoBackup, UnicodeDecodeError) as error:
        raise Unconnected(f"{file} is no backup to restore from: {error}") from error


def _words(backup: Backup) -> str:
    """What a backup is of, so that whoever holds the wrong one notices."""
    pools = len(list(backup.of("acceleratorpools")))
    promises = sum(one["spec"]["state"] != "Released" for one in backup.of("capacitypromises"))
    sites = ", ".join(sorted(one["metadata"]["name"] for one in backup.of("datacenters"))) or "no datacenter"
    return f"hub {backup.hub} as of {text_of(backup.at)}: {pools} pools of {sites}, {promises} promises"


def _age(seconds: int) -> str:
    hours, minutes = divmod(max(seconds, 0) // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
