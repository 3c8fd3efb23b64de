"""Technical quantities (pressure, voltage, torque…), compared across their units: 0.25 MPa is 250 kPa is 2.5 bar."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from report_qa.text.normalise import fold

# unit -> factor to the dimension's first unit; the SI Brochure (9th edition) for those with an exact factor
_DIMENSIONS: dict[str, dict[str, float]] = {
    "pressure": {"kpa 千帕": 1, "mpa 兆帕": 1000, "bar 巴": 100, "psi": 6.894757, "hpa 百帕": 0.1},
    "voltage": {"v 伏 伏特": 1, "kv 千伏": 1000, "mv 毫伏": 0.001},
    "current": {"a 安 安培": 1, "ma 毫安": 0.001},
    "power": {"kw 千瓦": 1, "w 瓦": 0.001, "mw 兆瓦": 1000},
    "energy": {"kwh 千瓦时 度电": 1, "wh 瓦时": 0.001},
    "charge": {"ah 安时": 1, "mah 毫安时": 0.001},
    "torque": {"nm n·m n.m n*m 牛米 牛·米": 1},
    "volume": {"l 升 litre litres liter liters": 1, "ml 毫升": 0.001},
    "speed": {"km/h 公里/小时 千米/小时 kph": 1, "m/s 米/秒": 3.6},
    "rotation": {"rpm r/min 转/分 转/分钟": 1},
    "temperature": {"°c 摄氏度 degrees_celsius": 1},
    "fahrenheit": {"°f 华氏度": 1},
    "frequency": {"hz 赫兹": 1, "khz 千赫": 1000, "mhz 兆赫": 1e6, "ghz": 1e9},
    "resistance": {"ω 欧姆 欧": 1, "kω 千欧": 1000},
    "money_cny": {"元 人民币 rmb cny": 1, "万元": 1e4, "亿元": 1e8},
    "money_usd": {"美元 usd": 1, "万美元": 1e4, "亿美元": 1e8},
}
_UNITS = {
    name.replace("_", " "): (dimension, factor)
    for dimension, table in _DIMENSIONS.items()
    for names, factor in table.items()
    for name in names.split()
}
_QUANTITY = re.compile(
    r"(?<![\d.])(-?\d+(?:,\d{3})*(?:\.\d+)?)\s*("
    + "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
    + r")(?![a-z])"
)


@dataclass(frozen=True)
class Measure:
    """A number with a technical unit.

    Attributes:
        value: in the first unit of its dimension.
        dimension: what it measures.
        surface: as it is written.
        number: the bare number as it is written.
        start: where it stands in the folded text.
    """

    value: float
    dimension: str
    surface: str
    number: str
    start: int

    def equals(self, other: Measure) -> bool:
        """Return whether both are the same amount, to one part in a thousand (rounded conversions)."""
        return self.dimension == other.dimension and math.isclose(self.value, other.value, rel_tol=1e-3, abs_tol=1e-9)


def measures(text: str) -> list[Measure]:
    """Return the technical quantities of a text, in order."""
    found = []
    for match in _QUANTITY.finditer(fold(text)):
        dimension, factor = _UNITS[match[2]]
        found.append(Measure(float(match[1].replace(",", "")) * factor, dimension, match[0], match[1], match.start()))
    return found
