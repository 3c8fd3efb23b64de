"""Charts as inline SVG: sizes in user units, colours and languages by the classes of the page's style sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from report_qa.errors import Text
from report_qa.evals.calibration import Calibration
from report_qa.evals.intervals import Estimate

_WIDTH = 960
_LABELS = 310  # left of the plot
_RIGHT = 40
_LINE = 15  # height that a system takes in a row
_PLOT = _WIDTH - _LABELS - _RIGHT


@dataclass(frozen=True)
class Row:
    """A row of a chart: its label, and a figure for every system, None where it does not apply."""

    label: Text
    estimates: Sequence[Estimate | None]


@dataclass(frozen=True)
class Part:
    """A part of a stacked bar: style class, label, share from 0 to 1, and count."""

    style: str
    label: Text
    share: float
    count: int


def dots(rows: Sequence[Row]) -> Markup:
    """Return shares as dots on a line from 0 to 100%, with their intervals as whiskers, a colour a system."""
    shown = [row for row in rows if any(row.estimates)]
    if not shown:
        return Markup("")
    systems = len(shown[0].estimates)
    step = _LINE * systems + 14
    height = step * len(shown) + 30
    parts = [_share_axis(height)]
    for number, row in enumerate(shown):
        top = number * step + 8
        parts.append(_text(_LABELS - 12, top + step / 2 - 3, row.label, "end"))
        if number:
            parts.append(f'<line class="rule" x1="0" x2="{_WIDTH - _RIGHT}" y1="{top - 4}" y2="{top - 4}"/>')
        for index, estimate in enumerate(row.estimates):
            if estimate is not None:
                y = top + 6 + _LINE * (index + 0.5)
                low, high, at = (_x(v) for v in (estimate.low, estimate.high, estimate.value))
                parts.append(
                    f'<g class="s{index}"><line class="whisker" x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}"/>'
                    f'<circle cx="{at:.1f}" cy="{y}" r="5"/><title>{estimate.value:.1%} '
                    f"({estimate.low:.1%}–{estimate.high:.1%}; {estimate.n})</title></g>"
                )
    return _svg(height, parts)


def stacks(bars: Mapping[str, Sequence[tuple[Text, Sequence[Part]]]]) -> Markup:
    """Return bars of 100%, cut into parts.

    Args:
        bars: a name (a system) to its bars, each with a label.
    """
    parts: list[str] = []
    top = 6
    for name, lines in bars.items():
        parts.append(f'<text class="name" x="0" y="{top + 14}">{escape(name)}</text>')
        for label, pieces in lines:
            parts.append(_text(_LABELS - 12, top + 15, label, "end"))
            parts += _pieces(pieces, top)
            top += 28
        top += 10
    return _svg(top, parts)


def _pieces(pieces: Sequence[Part], top: float) -> list[str]:
    drawn = []
    left = float(_LABELS)
    for piece in pieces:
        width = piece.share * _PLOT
        if piece.count:
            drawn.append(
                f'<rect class="{piece.style}" x="{left:.1f}" y="{top}" width="{max(width - 1, 1):.1f}" height="22">'
                f"<title>{escape(piece.label.en)} · {escape(piece.label.zh)}: {piece.count}</title></rect>"
            )
            if width > 26:
                drawn.append(f'<text class="inside" x="{left + width / 2:.1f}" y="{top + 15.5}">{piece.count}</text>')
        left += width
    return drawn


def spans(rows: Sequence[tuple[Text, Sequence[Sequence[float]]]], unit: Text) -> Markup:
    """Return how values spread: a bar from the 10th to the 90th percentile, a tick at the median.

    Args:
        rows: label, and for every system its values in ascending order.
        unit: written at the end of the axis.
    """
    longest = max((values[-1 - len(values) // 10] for _, all_ in rows for values in all_ if values), default=0.0)
    if longest <= 0:
        return Markup("")
    top_value = _round_up(longest)
    systems = len(rows[0][1])
    step = _LINE * systems + 14
    height = step * len(rows) + 30
    parts = [_axis(height, [(top_value * i / 4, f"{top_value * i / 4:g}") for i in range(5)], top_value)]
    parts.append(_text(_LABELS - 12, height - 6, unit, "end"))
    for number, (label, all_values) in enumerate(rows):
        top = number * step + 8
        parts.append(_text(_LABELS - 12, top + step / 2 - 3, label, "end"))
        for index, values in enumerate(all_values):
            if values:
                y = top + 6 + _LINE * (index + 0.5)
                low, middle, high = (_x(_quantile(values, q) / top_value) for q in (0.1, 0.5, 0.9))
                parts.append(
                    f'<g class="s{index}"><line class="span" x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}"/>'
                    f'<circle cx="{middle:.1f}" cy="{y}" r="5"/><title>{_quantile(values, 0.5):.2f} '
                    f"({_quantile(values, 0.1):.2f}–{_quantile(values, 0.9):.2f})</title></g>"
                )
    return _svg(height, parts)


def reliability(calibration: Calibration) -> Markup:
    """Return told probability against the share that is answerable; on the diagonal, it is what it says."""
    most = max(b.cases for b in calibration.bins)
    parts = [_square()]
    parts.append(f'<line class="diagonal" x1="{_sx(0)}" y1="{_sy(0)}" x2="{_sx(1)}" y2="{_sy(1)}"/>')
    for b in calibration.bins:
        radius = 3 + 9 * (b.cases / most) ** 0.5
        parts.append(
            f'<circle class="s0" cx="{_sx(b.told):.1f}" cy="{_sy(b.answerable):.1f}" r="{radius:.1f}">'
            f"<title>{b.told:.2f} → {b.answerable:.2f} ({b.cases})</title></circle>"
        )
    parts.append(_text(195, 318, Text("probability told", "给出的概率"), "middle"))
    parts.append(_text(4, 12, Text("share answerable", "实际可回答的比例"), "start"))
    return _svg(324, parts, 360)


def thresholds(calibration: Calibration, used: float | None) -> Markup:
    """Return what every threshold would keep and refuse, with the one in force as a line."""
    if not calibration.points:
        return Markup("")
    parts = [_square()]
    for style, name in (("right", "kept"), ("refused", "refused")):
        line = " ".join(f"{_sx(p.threshold):.1f},{_sy(getattr(p, name)):.1f}" for p in calibration.points)
        parts.append(f'<polyline class="curve {style}" points="{line}"/>')
    if used is not None:
        parts.append(f'<line class="used" x1="{_sx(used):.1f}" x2="{_sx(used):.1f}" y1="{_sy(0)}" y2="{_sy(1)}"/>')
    parts.append(_text(195, 318, Text("threshold of refusal", "拒答阈值"), "middle"))
    parts.append(_text(4, 12, Text("share of cases", "用例比例"), "start"))
    return _svg(324, parts, 360)


def _square() -> str:
    lines = []
    for i in range(5):
        v = i / 4
        lines.append(f'<line class="grid" x1="{_sx(0)}" x2="{_sx(1)}" y1="{_sy(v)}" y2="{_sy(v)}"/>')
        lines.append(f'<line class="grid" y1="{_sy(0)}" y2="{_sy(1)}" x1="{_sx(v)}" x2="{_sx(v)}"/>')
        lines.append(f'<text class="tick" x="{_sx(v)}" y="{_sy(0) + 16}" text-anchor="middle">{v:g}</text>')
        lines.append(f'<text class="tick" x="{_sx(0) - 6}" y="{_sy(v) + 4}" text-anchor="end">{v:g}</text>')
    return "".join(lines)


def _sx(value: float) -> float:
    return 45 + 300 * value


def _sy(value: float) -> float:
    return 284 - 260 * value


def _x(share: float) -> float:
    return _LABELS + _PLOT * share


def _share_axis(height: float) -> str:
    return _axis(height, [(i / 4, f"{25 * i}%") for i in range(5)], 1.0)


def _axis(height: float, ticks: Sequence[tuple[float, str]], top: float) -> str:
    lines = []
    for value, label in ticks:
        x = _x(value / top)
        lines.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="4" y2="{height - 22}"/>')
        lines.append(f'<text class="tick" x="{x:.1f}" y="{height - 6}" text-anchor="middle">{label}</text>')
    return "".join(lines)


def _text(x: float, y: float, text: Text, anchor: str) -> str:
    return "".join(
        f'<text class="{language}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(said)}</text>'
        for language, said in (("en", text.en), ("zh", text.zh))
    )


def _svg(height: float, parts: Sequence[str], width: float = _WIDTH) -> Markup:
    size = f'viewBox="0 0 {width} {height}" style="max-width:{width}px"'
    return Markup(f'<svg role="img" {size}>{"".join(parts)}</svg>')


def _quantile(values: Sequence[float], share: float) -> float:
    return values[min(int(share * len(values)), len(values) - 1)]


def _round_up(value: float) -> float:
    """Return the next of 1, 2, 4, 8 times a power of ten, so that four ticks are round numbers."""
    power = 10.0 ** (len(f"{int(value)}") - 1) if value >= 1 else 0.1
    return next(step * power for step in (1, 2, 4, 8, 10, 20) if step * power >= value)
