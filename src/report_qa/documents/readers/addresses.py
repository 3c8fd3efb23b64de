"""Addresses of pictures in pages: in the page itself, in files beside it, or in the archive that it is packed in.

Nothing is fetched from elsewhere, and no address leads out of the folder or archive of its page.
"""

from __future__ import annotations

import base64
import binascii
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit


def local_path(address: str) -> str:
    """Return the path of a picture's address; empty where it is not a local one."""
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets that are no IPv6 address
        return ""
    return "" if parts.scheme or parts.netloc else unquote(parts.path)


def joined_path(page: str, address: str) -> str:
    """Return the path within an archive of an address in one of its pages; empty where it leads out of it."""
    parts: list[str] = []
    for part in PurePosixPath(page).parent.joinpath(local_path(address)).parts:
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def beside(folder: Path, address: str) -> bytes | None:
    """Return the bytes of a file in or below a folder; None where there is none."""
    try:
        path = (folder / local_path(address)).resolve()
        return path.read_bytes() if path.is_relative_to(folder.resolve()) and path.is_file() else None
    except (OSError, ValueError):  # a name that no file can have, or one that may not be read
        return None


def embedded(address: str) -> bytes | None:
    """Return the bytes of a ``data:`` address; None where it is not in base64."""
    head, _, body = address.partition(",")
    try:
        return base64.b64decode(body, validate=False) if head.endswith("base64") else None
    except binascii.Error:
        return None
