"""The packed streams of a PDF file, measured before PDFium unpacks any: a few kilobytes can hold gigabytes."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain

_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_END = b"endstream"
_DICTIONARY = 4096
"""Bytes before a stream in which its filters are named."""
_HEX = re.compile(rb"/(?:ASCIIHexDecode|AHx)\b")
_ASCII85 = re.compile(rb"/(?:ASCII85Decode|A85)\b")
_READ = 1 << 14
"""Bytes that are unpacked at a time: most streams are shorter, and what is behind one is not its."""
_STEP = 1 << 20
_DEEPEST = 4
"""Streams within each other that are looked into."""


class _TooLarge(Exception):
    pass


def holds_larger_stream(data: bytes, limit: int) -> bool:
    """Return whether a PDF file holds a stream that unpacks to more than some bytes, also one packed within another.

    Streams packed with Flate are measured, which all programs write; what is unpacked is counted and thrown away.
    """
    try:
        for pieces in _streams(data):
            _measure(pieces, limit, _DEEPEST)
    except _TooLarge:
        return True
    return False


def _streams(data: bytes) -> Iterator[Iterable[bytes]]:
    """Yield every stream as it is packed, freed from an encoding as text."""
    for match in _STREAM.finditer(data):
        begin = match.end()
        head = data[max(0, match.start() - _DICTIONARY) : match.start()]
        dictionary = head[head.rfind(b"obj") + 3 :]
        if _HEX.search(dictionary) or _ASCII85.search(dictionary):
            end = data.find(_END, begin)
            yield [_decoded(data[begin : end if end >= 0 else len(data)], bool(_HEX.search(dictionary)))]
        else:
            yield (data[at : at + _READ] for at in range(begin, len(data), _READ))


def _decoded(text: bytes, hexadecimal: bool) -> bytes:
    try:
        if hexadecimal:
            return binascii.unhexlify(b"".join(text.split(b">")[0].split()))
        return base64.a85decode(text.strip().removeprefix(b"<~").split(b"~>")[0])
    except ValueError:
        return b""  # damage, which PDFium tells of where it meets it


def _measure(pieces: Iterable[bytes], limit: int, depth: int) -> None:
    unpacked = _counted(_unpacked(pieces), limit)
    first = next(unpacked, b"")
    if depth and _is_flate(first):
        _measure(chain([first], unpacked), limit, depth - 1)
    for _ in unpacked:
        pass


def _is_flate(data: bytes) -> bool:
    """Return whether data begins as a Flate stream does (RFC 1950, 2.2)."""
    return len(data) > 1 and data[0] & 0x0F == 8 and int.from_bytes(data[:2]) % 31 == 0


def _counted(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > limit:
            raise _TooLarge
        yield piece


def _unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what a Flate stream unpacks to, up to where it ends or is damaged."""
    unpacker = zlib.decompressobj()
    for piece in pieces:
        rest = piece
        while rest and not unpacker.eof:
            try:
                found = unpacker.decompress(rest, _STEP)
            except zlib.error:
                return
            if found:
                yield found
            rest = unpacker.unconsumed_tail
        if unpacker.eof:
            return
