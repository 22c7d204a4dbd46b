"""Free space on the disk: asked for before clusters start, and looked at again when something of them ends.

A full disk seldom says so: etcd ends in a stack trace, kube-apiserver waits for etcd, a log stays empty.
"""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from holdfast_lab.errors import LabError, in_words

NEW_CLUSTER_MIB = 192
"""etcd sets two log segments of 64 MiB aside at once; the rest is for objects, keys and logs."""
KEPT_CLUSTER_MIB = 72
"""A cluster that starts again has its segments; with less than this etcd cannot begin the next."""
_FULL = {errno.ENOSPC, errno.EDQUOT}
_OTHER_FOLDER = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG}


def require_space(folder: Path, new: int, kept: int) -> None:
    """Raise LabError where so many new and kept clusters do not fit."""
    needed = new * NEW_CLUSTER_MIB + kept * KEPT_CLUSTER_MIB
    if _free_mib(folder) < needed:
        raise LabError(disk_full(folder, needed))


def shortage(folder: Path) -> str:
    """Words for a disk on which running clusters cannot go on; empty while there is space."""
    return disk_full(folder, KEPT_CLUSTER_MIB) if _free_mib(folder) < KEPT_CLUSTER_MIB else ""


def disk_full(folder: Path, needed_mib: int = NEW_CLUSTER_MIB) -> str:
    """The one line about a full disk."""
    return (
        f"no room under {folder}: {_free_mib(folder)} MiB are free and about {needed_mib} MiB are needed; "
        "make room and run `holdfast lab up` again, or choose another folder with --state"
    )


def unusable(folder: Path, error: OSError) -> LabError:
    """The refusal of a folder in which the system did not let us go on."""
    if error.errno in _FULL:
        return LabError(disk_full(folder))
    if error.errno in _OTHER_FOLDER:
        why = error.strerror
        return LabError(f"the state folder {folder} cannot be used ({why}): choose another with --state")
    return LabError(f"the lab in {folder} cannot go on ({in_words(error)}): run the same command again")


def _free_mib(folder: Path) -> int:
    """Of a folder that is yet to be made: what is free where it will be."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    return shutil.disk_usage(there).free >> 20
