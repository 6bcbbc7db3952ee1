"""How pages grow with the tickets: a picture both scales logarithmic, out of the results that are there."""

import json
import math
from html import escape
from pathlib import Path
from typing import Any

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 900, 520, 70, 40, 220, 50
SHOWN = (
    "list open",
    "list all, page 100",
    "ticket page",
    "search, common word",
    "operator's desk",
    "live board",
    "statistics, one month",
    "log a call as a ticket",
)
DASHES = ("none", "10 4", "2 4")
"""Told apart without colour, too."""

COLOURS = ("#1f5fa8", "#c2410c", "#15803d", "#7e22ce", "#0e7490", "#b91c1c", "#4d7c0f", "#334155")


def draw(folder: Path) -> None:
    """Write `growth-DATABASE.svg` for every database that was measured at two sizes or more."""
    by_kind: dict[str, dict[int, dict[str, Any]]] = {}
    for path in sorted(folder.glob("pages-*.json")):
        report = json.loads(path.read_text(encoding="utf-8"))
        by_kind.setdefault(report["database"], {})[report["tickets"]] = report["pages"]
    for kind, sizes in by_kind.items():
        if len(sizes) > 1:
            (folder / f"growth-{kind}.svg").write_text(_picture(kind, sizes), encoding="utf-8")


def _picture(kind: str, sizes: dict[int, dict[str, Any]]) -> str:
    lines = {
        name: [(size, pages[name]["p50_ms"]) for size, pages in sorted(sizes.items()) if _has(pages, name)]
        for name in SHOWN
    }
    values = [value for points in lines.values() for _, value in points]
    across = _Scale(min(sizes), max(sizes), LEFT, WIDTH - RIGHT)
    steps = _steps(min(values), max(values))
    up = _Scale(steps[0], steps[-1], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        ' font-family="sans-serif" font-size="13">',
        f"<title>{escape(kind)}: milliseconds (p50) by tickets</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    for size in sorted(sizes):
        x = across.at(size)
        parts.append(f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#e2e8f0"/>')
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{size:,}</text>')
    for value in steps:
        y = up.at(value)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#e2e8f0"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:g} ms</text>')
    for place, (name, points) in enumerate(lines.items()):
        if not points:
            continue
        colour = COLOURS[place % len(COLOURS)]
        drawn = " ".join(f"{across.at(size):.1f},{up.at(value):.1f}" for size, value in points)
        dashes = DASHES[place % len(DASHES)]
        line = f'fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"'
        parts.append(f'<polyline points="{drawn}" {line}/>')
        y = TOP + 20 * place
        parts.append(
            f'<path d="M{WIDTH - RIGHT + 16} {y}h36" {line}/>'
            f'<text x="{WIDTH - RIGHT + 60}" y="{y + 4}">{escape(name)}</text>'
        )
    return "\n".join((*parts, "</svg>\n"))


def _has(pages: dict[str, Any], name: str) -> bool:
    return "p50_ms" in pages.get(name, {})


class _Scale:
    """From a value to its place, by its logarithm."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.span = math.log(low), math.log(high / low) or 1.0
        self.start, self.length = start, end - start

    def at(self, value: float) -> float:
        """Return where `value` stands."""
        return self.start + self.length * (math.log(value) - self.low) / self.span


def _steps(low: float, high: float) -> list[float]:
    """Return 1, 2, 5, 10 … from below `low` to above `high`."""
    found = [
        digit * 10.0**power
        for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        for digit in (1, 2, 5)
    ]
    below = max(one for one in found if one <= low)
    above = min(one for one in (*found, 10 * found[-1]) if one >= high)
    return [one for one in (*found, above) if below <= one < above] + [above]
