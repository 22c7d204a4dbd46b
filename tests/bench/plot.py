"""The plot: how many times better than its goal each figure is, on a logarithmic scale; below 1 it is short."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median

import pygal
from pygal.style import LightStyle
from tests.bench.figure import Figure

REACHED, SHORT = "#4c9f70", "#c8553d"
LINE_PIXELS = 26


def margin(figure: Figure) -> float | None:
    """How many times better than the goal; None where there is none, it was not run, or the goal is none at all."""
    goal = figure.line.goal
    reading = median(figure.ratios) if goal and goal.times and figure.ratios else figure.value
    if goal is None or not reading or not goal.bound or figure.reached is None:
        return None
    return reading / goal.bound if goal.at_least else goal.bound / reading


def plot(figures: Sequence[Figure], path: Path) -> None:
    """Write it as SVG."""
    margins = [(figure, times) for figure in figures if (times := margin(figure)) is not None]
    chart = pygal.HorizontalBar(
        style=LightStyle, logarithmic=True, show_legend=False, print_values=True, js=(), width=1_100,
        height=140 + LINE_PIXELS * len(margins), title="Times better than the goal (below 1: short)",
        value_formatter=lambda times: f"{times:.3g}x",
    )  # fmt: skip
    chart.x_labels = [f"{figure.name}: {figure.line.metric}" for figure, _ in margins]
    bars = [{"value": times, "color": REACHED if figure.reached else SHORT} for figure, times in margins]
    chart.add("", bars)
    path.write_bytes(chart.render())
