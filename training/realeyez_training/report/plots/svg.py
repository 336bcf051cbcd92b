"""matplotlib → inline SVG that follows the page: its fonts, and its colours in light and dark."""

import io
import re
from collections.abc import Callable
from html import escape
from typing import Any

import matplotlib
from markupsafe import Markup
from matplotlib.figure import Figure

# Each stands for a variable of style.css: matplotlib knows no CSS.
INK, SOFT, LINE = "#000001", "#000002", "#000003"
AI, UNSURE, REAL = "#000004", "#000005", "#000006"
AI_BAND, UNSURE_BAND, REAL_BAND = "#000007", "#000008", "#000009"
MODELS = ("#00000a", "#00000b", "#00000c", "#00000d")
SURFACE = "#00000e"
_NAMES = (
    *("ink", "soft", "line", "ai", "unsure", "real", "ai-band", "unsure-band", "real-band"),
    *("model-0", "model-1", "model-2", "model-3", "surface"),
)
_VARIABLES = {f"#{i:06x}": f"var(--{name})" for i, name in enumerate(_NAMES, start=1)}

_DASHES = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))
_MARKERS = "os^D"

_STYLE = {
    "svg.fonttype": "none",
    "font.size": 11,
    "text.color": INK,
    "axes.edgecolor": LINE,
    "axes.facecolor": "none",
    "axes.labelcolor": SOFT,
    "axes.labelsize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": LINE,
    "grid.linewidth": 0.75,
    "xtick.color": LINE,
    "ytick.color": LINE,
    "xtick.labelcolor": SOFT,
    "ytick.labelcolor": SOFT,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "lines.linewidth": 1.75,
    "lines.markersize": 5,
    "lines.solid_capstyle": "round",
    "path.simplify_threshold": 0.3,
}


def model_style(i: int) -> dict[str, Any]:
    """Colour, line and marker of the i-th model: told apart without colour too."""
    return {
        "color": MODELS[i % 4],
        "linestyle": _DASHES[(i + i // 4) % 4],
        "marker": _MARKERS[i % 4],
    }


def draw(description: str, paint: Callable[[Figure], None], *, height: int = 300) -> Markup:
    """What `paint` puts on a figure 340 wide; `description` is its text alternative.

    Descriptions differ from figure to figure: the identifiers inside are made from them.
    """
    file = io.StringIO()
    with matplotlib.rc_context({**_STYLE, "svg.hashsalt": description}):
        figure = Figure(figsize=(340 / 72, height / 72), layout="constrained")
        figure.patch.set_alpha(0)
        paint(figure)
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(file, format="svg", metadata=nothing)
    return _inline(file.getvalue(), description)


def _inline(svg: str, description: str) -> Markup:
    view_box = re.search(r'viewBox="[^"]+"', svg)
    assert view_box, "matplotlib writes a viewBox"  # noqa: S101  tells mypy
    body = svg[svg.index(">", view_box.end()) + 1 :]
    body = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", body, flags=re.DOTALL)
    body = re.sub(r'<g id="[^"]*"', "<g", body)  # figure_1, axes_1: the same in every plot
    body = re.sub(r"font-family: [^;]+; ", "", body)
    body = re.sub(r"(\d+\.\d\d)\d+", r"\1", body)  # a hundredth of a pixel is enough
    body = re.sub(r"#[0-9a-f]{6}(?=[;\"])", lambda colour: _VARIABLES[colour[0]], body)
    # No name from a CSV is ever drawn, and the description is escaped.
    return Markup(  # noqa: S704  # nosec B704
        f'<svg {view_box[0]} role="img" aria-label="{escape(description)}">{body.strip()}'
    )
