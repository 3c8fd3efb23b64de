"""What PDFium tells of one page: its characters, ruling lines and drawn things, from the top left corner as shown."""

from __future__ import annotations

import ctypes
import hashlib
import itertools
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from report_qa.documents.blocks import Box

_BOLD = re.compile(r"bold|black|heavy|semibold|-bd|黑体|simhei", re.IGNORECASE)
_BOLD_WEIGHT = 600
_THIN = 3.0
"""Points up to which a filled rectangle is a line."""
_DEEPEST = 4
"""Levels of nested forms that are looked into."""


@dataclass(frozen=True, slots=True)
class Char:
    """A character with its box, its size in points and whether it is bold."""

    text: str
    box: Box
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """An image or a path: its box, whether it is an image, and what tells it from others (equal for copies)."""

    box: Box
    image: bool
    key: str


@dataclass
class PageContent:
    """What stands on a page.

    Attributes:
        number: from 1.
        width, height: in points, as shown.
        chars: its characters in the order of the file; a space or line end that PDFium adds has an empty box.
        rules: its horizontal and vertical lines, as thin boxes.
        drawn: images, and paths that are no lines.
        unmapped: characters whose meaning the file does not tell.
    """

    number: int
    width: float
    height: float
    chars: list[Char]
    rules: list[Box]
    drawn: list[Drawn]
    unmapped: int


def read_page(page: pdfium.PdfPage, number: int) -> PageContent:
    """Return the content of a page; ``number`` counts from 1."""
    shown = _shown(page)
    chars, unmapped = _chars(page, shown)
    rules: list[Box] = []
    drawn: list[Drawn] = []
    for obj, to_page in _objects(page):
        if obj.type == raw.FPDF_PAGEOBJ_IMAGE:
            drawn.append(Drawn(shown(*_bounds(obj, to_page)), True, _image_key(obj)))
        elif obj.type == raw.FPDF_PAGEOBJ_PATH:
            lines, rest = _path(obj, to_page, shown)
            rules.extend(lines)
            drawn.extend(rest)
        elif obj.type == raw.FPDF_PAGEOBJ_SHADING:
            drawn.append(Drawn(shown(*_bounds(obj, to_page)), False, "shading"))
    width, height = page.get_size()
    return PageContent(number, width, height, chars, rules, drawn, unmapped)


Shown = Callable[[float, float, float, float], Box]


def _shown(page: pdfium.PdfPage) -> Shown:
    """Return what turns left, bottom, right, top of page space into a box as shown."""
    left, bottom, right, top = page.get_bbox()
    turns = (page.get_rotation() // 90) % 4

    def box(x0: float, y0: float, x1: float, y1: float) -> Box:
        if turns == 0:
            return Box(x0 - left, top - y1, x1 - left, top - y0)
        if turns == 1:
            return Box(y0 - bottom, x0 - left, y1 - bottom, x1 - left)
        if turns == 2:
            return Box(right - x1, y0 - bottom, right - x0, y1 - bottom)
        return Box(top - y1, right - x1, top - y0, right - x0)

    return box


def _chars(page: pdfium.PdfPage, shown: Shown) -> tuple[list[Char], int]:
    textpage = page.get_textpage()
    rect = raw.FS_RECTF()
    styles: dict[int, tuple[float, bool]] = {}
    chars: list[Char] = []
    unmapped = 0
    for index in range(raw.FPDFText_CountChars(textpage)):
        code = raw.FPDFText_GetUnicode(textpage, index)
        if code in {0, 0xFFFE, 0xFFFF}:
            continue
        if raw.FPDFText_HasUnicodeMapError(textpage, index) == 1 or 0xE000 <= code <= 0xF8FF or code == 0xFFFD:
            unmapped += 1
        text = chr(code) if not 0xD800 <= code <= 0xDFFF else "\ufffd"
        obj = raw.FPDFText_GetTextObject(textpage, index)
        handle = ctypes.cast(obj, ctypes.c_void_p).value or 0
        if not handle or text in "\r\n":
            chars.append(Char("\n" if text in "\r\n" else text, Box(0, 0, 0, 0), 0.0, False))
            continue
        if handle not in styles:
            styles[handle] = _style(obj)
        raw.FPDFText_GetLooseCharBox(textpage, index, rect)
        size, bold = styles[handle]
        chars.append(Char(text, shown(rect.left, rect.bottom, rect.right, rect.top), size, bold))
    textpage.close()
    return chars, unmapped


def _style(obj: object) -> tuple[float, bool]:
    """Return the size in points on the page and the boldness of a text object."""
    size = ctypes.c_float()
    raw.FPDFTextObj_GetFontSize(obj, size)
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(obj, matrix)
    font = raw.FPDFTextObj_GetFont(obj)
    name = ctypes.create_string_buffer(128)
    raw.FPDFFont_GetBaseFontName(font, name, 128)
    bold = bool(_BOLD.search(name.value.decode("utf-8", "replace")))
    # programs make letters bold that have no bold font by drawing round them
    bold = bold or raw.FPDFTextObj_GetTextRenderMode(obj) == raw.FPDF_TEXTRENDERMODE_FILL_STROKE
    weight = raw.FPDFFont_GetWeight(font)
    return size.value * math.hypot(matrix.c, matrix.d), bold or weight >= _BOLD_WEIGHT


ToPage = Callable[[float, float], tuple[float, float]]


def _objects(page: pdfium.PdfPage) -> Iterator[tuple[pdfium.PdfObject, ToPage]]:
    """Yield the objects with what turns their coordinates into the page's: objects in a form are in the form's."""
    stack: list[ToPage] = [lambda x, y: (x, y)]
    for obj in page.get_objects(max_depth=_DEEPEST):
        del stack[obj.level + 1 :]
        yield obj, stack[obj.level]
        if obj.type == raw.FPDF_PAGEOBJ_FORM:
            stack.append(_within(obj, stack[obj.level]))


def _within(form: pdfium.PdfObject, outside: ToPage) -> ToPage:
    a, b, c, d, e, f = form.get_matrix().get()
    return lambda x, y: outside(a * x + c * y + e, b * x + d * y + f)


def _bounds(obj: pdfium.PdfObject, to_page: ToPage) -> tuple[float, float, float, float]:
    left, bottom, right, top = obj.get_bounds()
    points = [to_page(x, y) for x in (left, right) for y in (bottom, top)]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _image_key(obj: pdfium.PdfObject) -> str:
    length = raw.FPDFImageObj_GetImageDataRaw(obj, None, 0)
    data = ctypes.create_string_buffer(length)
    raw.FPDFImageObj_GetImageDataRaw(obj, data, length)
    return f"image {hashlib.blake2b(data.raw, digest_size=8).hexdigest()}"


def _path(obj: pdfium.PdfObject, to_page: ToPage, shown: Shown) -> tuple[list[Box], list[Drawn]]:
    """Return the straight horizontal and vertical lines of a path, and the path itself if it is anything else."""
    matrix = obj.get_matrix()
    rules: list[Box] = []
    other = False
    points: list[tuple[float, float]] = []

    def close() -> None:
        nonlocal other
        rules_of, plain = _subpath(points, shown)
        rules.extend(rules_of)
        other = other or not plain
        points.clear()

    for index in range(raw.FPDFPath_CountSegments(obj)):
        segment = raw.FPDFPath_GetPathSegment(obj, index)
        kind = raw.FPDFPathSegment_GetType(segment)
        x, y = ctypes.c_float(), ctypes.c_float()
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        if kind == raw.FPDF_SEGMENT_MOVETO and points:
            close()
        if kind == raw.FPDF_SEGMENT_BEZIERTO:
            other = True
        points.append(to_page(*matrix.on_point(x.value, y.value)))
    close()
    if not other:
        return rules, []
    return [], [Drawn(shown(*_bounds(obj, to_page)), False, "path")]


def _subpath(points: list[tuple[float, float]], shown: Shown) -> tuple[list[Box], bool]:
    """Return the lines that a subpath draws, and whether it is made of horizontal and vertical ones alone."""
    if len(points) < 2:
        return [], True
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, right, bottom, top = min(xs), max(xs), min(ys), max(ys)
    straight = all(abs(x1 - x0) < 0.5 or abs(y1 - y0) < 0.5 for (x0, y0), (x1, y1) in itertools.pairwise(points))
    if not straight:
        return [], False
    if right - left <= _THIN or top - bottom <= _THIN:
        return [shown(left, bottom, right, top)], True
    sides = [
        (left, bottom, left, top),
        (right, bottom, right, top),
        (left, bottom, right, bottom),
        (left, top, right, top),
    ]
    return [shown(*side) for side in sides], len(points) <= 6
