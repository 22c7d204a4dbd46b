"""The table for people: a heading a workload, a line a figure, and at the end what was not reached."""

from __future__ import annotations

from collections.abc import Sequence

from tests.bench.figure import Figure
from tests.bench.workload import Workload

ROW = "  {metric:44} {figure:>24} {ratio:>10} {spread:>8} {goal:>10}  {verdict}"
TITLES = ROW.format(
    metric="", figure="figure", ratio="ratio", spread="spread", goal="goal", verdict=""
).rstrip()


def heading(workload: Workload) -> str:
    """What follows."""
    return f"{workload.name}: {workload.what}"


def row(figure: Figure) -> str:
    """One figure."""
    result, noisy = figure.result(), figure.readings.noisy
    against = f", {result['peer']} {_told(result['peer_value'])}" if result["peer"] else ""
    line = ROW.format(
        metric=result["metric"],
        figure=f"{_told(result['value'])} {result['unit']}",
        ratio=f"{result['ratio']:.3g}x" if result["ratio"] is not None else "",
        spread=f"{result['spread']:.0%}" if result["spread"] is not None else "",
        goal=result["goal"],
        verdict=figure.verdict,
    )
    return line.rstrip() + against + (f" ({noisy} noisy)" if noisy else "")


def summary(figures: Sequence[Figure]) -> str:
    """How many goals were reached; the others by name."""
    held = [figure for figure in figures if figure.line.goal is not None]
    reached = sum(figure.reached is True for figure in held)
    short = [f"  short: {row(figure).strip()}" for figure in held if figure.reached is False]
    absent = [f"  not run: {one.name}, {one.line.metric}" for one in held if one.reached is None]
    return "\n".join([f"{reached} of {len(held)} goals reached", *short, *absent])


def _told(value: float | None) -> str:
    return "-" if value is None else f"{value:,.4g}" if abs(value) < 1_000 else f"{value:,.0f}"
