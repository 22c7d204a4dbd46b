"""`holdfast resume`: a restored hub is compared with its sites and let go, by a named person (docs/backup.md).

Exit status: 0 it sells again, 1 it may not yet, or that was not agreed, 2 it could not be looked at.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import typer
from rich.console import Console

from holdfast.audit.collect import look
from holdfast.audit.picture import Picture
from holdfast.audit.verdict import Verdict, judge
from holdfast.backup.comparing import compare
from holdfast.backup.found import Comparison
from holdfast.backup.resuming import bring_up, let_go
from holdfast.backup.telling import in_the_way, kept
from holdfast.cli.connection import Unconnected, one_line_errors, open_api
from holdfast.cli.questions import agreed
from holdfast.cli.written import tell
from holdfast.cluster.client import Api
from holdfast.cluster.reviews import oneself

NO = 1
GIVEN_TWICE = ("I1", "I3", "I5", "I6")
"""Of what an audit finds, all that could let something be given twice; the rest is late, or words, on a hub at rest."""


def resume(yes: bool, take_back: bool, settle: float, kubeconfig: str | None, context: str | None) -> None:
    """Look, judge, ask, and let the hub go."""
    with one_line_errors(Console(stderr=True)):
        api = open_api(kubeconfig, context)
        verdict = judge(lambda: look(api, {}), lambda: time.sleep(settle))
        _refuse_unless_at_rest(verdict.picture)
        seen = _compared(verdict.picture)
        wrong = [*_unsound(verdict), *in_the_way(seen, take_back)]
        for line in [*wrong, *kept(seen)]:
            tell(line, err=True)
        if wrong:
            tell(f"the hub goes on resting: {len(wrong)} in the way", err=True)
            raise typer.Exit(NO)
        _let_go(api, verdict.picture, seen, yes)


def _compared(picture: Picture) -> Comparison:
    return compare(picture.pools.values(), picture.reports, picture.promises, picture.now)


def _let_go(api: Api, picture: Picture, seen: Comparison, yes: bool) -> None:
    person = oneself(api).username
    back = len(seen.strangers)
    question = (
        f"Take {back} units back from whoever is on them?" if back else f"Let it sell again, as {person}?"
    )
    if not agreed(question, sure=yes):
        raise typer.Exit(NO)
    pools = bring_up(api, list(picture.pools.values()), seen)
    if back:
        tell("their agents close them now; run holdfast resume again once they are closed")
        raise typer.Exit(NO)
    let_go(api, [pool for pool in pools if pool.metadata.restored], person)
    tell(
        f"the hub sells again; {len(seen.adoptions)} units that were given after the backup are in its ledgers"
    )


def _refuse_unless_at_rest(picture: Picture) -> None:
    if not any(pool.metadata.restored for pool in picture.pools.values()):
        raise Unconnected(
            "this hub does not rest: no pool carries the mark of a restore, and nothing is to be done"
        )


def _unsound(verdict: Verdict) -> Iterator[str]:
    """What the stored objects say against each other, and what could not be read."""
    for one in verdict.findings:
        if one.invariant in GIVEN_TWICE:
            yield f"{one.invariant} {one.subject}: {one.wrong}; {one.meaning}"
    for unread in verdict.picture.unread:
        yield f"could not read {unread}"
