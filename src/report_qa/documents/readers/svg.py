"""SVG drawings -> PNG files, by resvg: drawn as they are, and nothing that they point at is opened."""

from __future__ import annotations

import re

import resvg_py
from lxml import etree

_NAME = "{http://www.w3.org/2000/svg}svg"
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
_WITHIN = re.compile(r"#|data:image/(?:png|jpeg|gif|webp);")
_LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:px|pt|mm|cm|in)?\s*$")
_HEAD = 2048
_WIDEST_PX = 1000
"""Drawings without a size are drawn so wide."""
_LONGEST_PX = 2000


def is_svg(data: bytes) -> bool:
    """Return whether a file looks like an SVG drawing."""
    return b"<svg" in data[:_HEAD]


def drawn(data: bytes) -> bytes:
    """Return a drawing as a PNG file.

    Raises:
        ValueError: it is no SVG drawing, or damaged.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    if root.tag != _NAME:
        raise ValueError("no svg element")
    for element in root.iter(etree.Element):
        for name in _HREFS:
            if not _WITHIN.match(element.get(name) or "#"):
                del element.attrib[name]
    width, height = _size(root)
    scale = min(1.0, _LONGEST_PX / max(width, height))
    text = etree.tostring(root, encoding="unicode")
    return resvg_py.svg_to_bytes(
        svg_string=text, background="white", width=max(1, round(width * scale)), height=max(1, round(height * scale))
    )


def _size(root: etree._Element) -> tuple[float, float]:
    """Return the size of a drawing in pixels: as it says, else in the proportions of its view box."""
    said = [_LENGTH.match(root.get(side) or "") for side in ("width", "height")]
    if said[0] and said[1] and float(said[0][1]) > 0 and float(said[1][1]) > 0:
        return float(said[0][1]), float(said[1][1])
    box = [float(part) for part in re.findall(r"-?\d+(?:\.\d+)?", root.get("viewBox") or "")]
    if len(box) == 4 and box[2] > 0 and box[3] > 0:
        return _WIDEST_PX, _WIDEST_PX * box[3] / box[2]
    return _WIDEST_PX, _WIDEST_PX
