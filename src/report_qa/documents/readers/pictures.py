"""Pictures of a document: checked, kept once each under the hash of their content, decoration left out."""

from __future__ import annotations

import hashlib
import io
import warnings
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from report_qa.documents.blocks import Picture, Place
from report_qa.documents.readers.svg import drawn, is_svg
from report_qa.errors import Text

_FOLDER = "pictures"
_SHOWN = {"PNG": ".png", "JPEG": ".jpg", "GIF": ".gif", "WEBP": ".webp"}
"""Formats that a browser shows as they are; others become PNG."""
_LONGEST_RULE = 12.0
"""A picture this many times longer than high is a rule or a border."""


def pictures_of(index: Path) -> Path:
    """Return the folder of the picture files of an index."""
    return index / _FOLDER


class Pictures:
    """Takes the pictures of one document.

    Args:
        folder: where the files go; None keeps none.
        min_px: pictures with a shorter side than this are left out.
    """

    def __init__(self, folder: Path | None, min_px: int) -> None:
        self._folder = folder
        self._min_px = min_px
        self._unreadable = 0

    def add(self, data: bytes, *, caption: str = "", place: Place | None = None) -> Picture | None:
        """Keep a picture file, an SVG drawing as PNG; None where it is decoration or cannot be read."""
        try:
            if is_svg(data):
                data = drawn(data)
            with warnings.catch_warnings():
                # Pillow warns of pictures that unpack to very much; they are not taken
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                with Image.open(io.BytesIO(data)) as image:
                    if self._is_decoration(*image.size):
                        return None
                    image.load()
                    return self._keep(image, data, caption, place)
        except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, OSError,
                ValueError, SyntaxError):  # fmt: skip
            self._unreadable += 1
            return None

    def add_image(self, image: Image.Image, *, place: Place | None = None) -> Picture | None:
        """Keep a picture that was drawn, as PNG."""
        if self._is_decoration(*image.size):
            return None
        return self._keep(image, None, "", place)

    def count_unreadable(self) -> None:
        """Note a picture that is there but in a format that nothing here draws."""
        self._unreadable += 1

    @property
    def warnings(self) -> list[Text]:
        """What could not be kept."""
        if not self._unreadable:
            return []
        n = self._unreadable
        return [Text(f"{n} picture(s) could not be read.", f"有 {n} 张图片无法读取。")]

    def _is_decoration(self, width: int, height: int) -> bool:
        short, long = sorted((width, height))
        return short < self._min_px or long > _LONGEST_RULE * short

    def _keep(self, image: Image.Image, data: bytes | None, caption: str, place: Place | None) -> Picture:
        ending = _SHOWN.get(image.format or "")
        if data is None or ending is None:
            ending = ".png"
            drawn = io.BytesIO()
            image.convert("RGBA" if "A" in image.getbands() else "RGB").save(drawn, "PNG")
            data = drawn.getvalue()
        file = f"{hashlib.sha256(data).hexdigest()[:32]}{ending}"
        if self._folder is not None and not (self._folder / file).exists():
            self._write(self._folder / file, data)
        return Picture(file, image.width, image.height, caption, place)

    def _write(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}")
        part.write_bytes(data)
        part.replace(path)  # a file that has the name is whole
