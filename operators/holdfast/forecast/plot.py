"""The weeks of a forecast as a picture: what was promised of all units, and what of it was in use and worked. SVG."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.forecast.tally import Forecast

WIDTH, HEIGHT, EDGE = 900, 360, 48
PROMISED, IN_USE = "#9aa5b1", "#2b6cb0"


def svg_of(outcome: Forecast, title: str) -> str:
    """One drawing that needs nothing else."""
    promised, used = ([week[place] for week in outcome.weeks] for place in (0, 1))
    marks = "".join(_mark(share) for share in (0.0, 0.25, 0.5, 0.75, 1.0))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif" '
        f'font-size="12"><title>{title}</title><rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
        f'<text x="{EDGE}" y="20">{title}</text>{marks}{_line(promised, PROMISED)}{_line(used, IN_USE)}'
        f'<text x="{EDGE}" y="{HEIGHT - 12}" fill="{PROMISED}">promised</text>'
        f'<text x="{EDGE + 80}" y="{HEIGHT - 12}" fill="{IN_USE}">in use and working, by week</text></svg>\n'
    )


def _height(share: float) -> float:
    return HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE)


def _mark(share: float) -> str:
    at = _height(share)
    return (
        f'<line x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{at:.1f}" y2="{at:.1f}" stroke="#e2e8f0"/>'
        f'<text x="8" y="{at + 4:.1f}" fill="#718096">{share:.0%}</text>'
    )


def _line(shares: Sequence[float], colour: str) -> str:
    step = (WIDTH - 2 * EDGE) / max(1, len(shares) - 1)
    points = " ".join(f"{EDGE + n * step:.1f},{_height(share):.1f}" for n, share in enumerate(shares))
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
