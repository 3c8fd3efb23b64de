"""HTML -> blocks, by lxml's parser: headings, paragraphs, lists, tables, notices and pictures; navigation left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from lxml import etree
from lxml import html as lxml_html

from report_qa.documents.blocks import Block, Kind, Line
from report_qa.documents.headings import is_note
from report_qa.documents.implied import with_bold_headings
from report_qa.documents.readers.addresses import beside, embedded
from report_qa.documents.readers.pictures import Pictures
from report_qa.documents.readers.source import Reading, Source, broken
from report_qa.documents.readers.text import decode
from report_qa.documents.tables.grids import Cell, table_blocks
from report_qa.text.normalise import clean

Resolve = Callable[[str], bytes | None]
"""Gives the bytes of a picture by its address in the page; None where there are none."""

_SKIPPED = frozenset("script style noscript template nav footer form button select iframe object video audio".split())
_BLOCKS = frozenset(
    "address article aside blockquote body center details dd div dl dt fieldset figure figcaption h1 h2 h3 h4 h5 h6 "
    "header hr html li main ol p pre section summary table ul img svg picture".split()
)
_HEADING = re.compile(r"^h([1-6])$")
_NOTICE = re.compile(
    r"(?:^|[\s_-])(?:warning|caution|danger|note|notice|tip|hint|important|attention|admonition)(?:$|[\s_-])", re.I
)
_BOILERPLATE = frozenset("toc breadcrumb breadcrumbs sidebar navbar navigation pagination".split())
_WHOLE = frozenset({"html", "body", "main", "article"})
"""These hold the content, whatever their classes say of what else is in them."""
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
"""Soft hyphens and zero-width characters, which entities bring back into cleaned text."""
_TITLE_CLASS = "title"
_CAPTION_CLASS = "caption"


def read_html(source: Source) -> Reading:
    """Read one page; its pictures are taken from files beside and below it.

    Raises:
        DocumentError: it is not text in any known encoding, or not HTML.
    """
    folder = source.path.parent
    blocks, title = page_blocks(
        decode(source.data, source.name)[0], source.name, source.pictures, lambda src: beside(folder, src)
    )
    return Reading(blocks, parser="lxml", title=title, warnings=source.pictures.warnings)


def page_blocks(text: str, name: str, pictures: Pictures, resolve: Resolve) -> tuple[list[Block], str]:
    """Return the blocks of a page and the title it declares.

    Args:
        text: the page.
        name: what it is called in messages.
        pictures: where its pictures go.
        resolve: finds them.

    Raises:
        DocumentError: it is not HTML.
    """
    try:
        root = lxml_html.document_fromstring(_DECLARATION.sub("", clean(text)))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise broken(name, "HTML", str(error)) from error
    page = _Page(pictures, resolve)
    body = root.find("body")
    page.walk(body if body is not None else root)
    page.blocks = with_bold_headings(page.blocks, page.bold)
    title = page.title or _squeezed("".join(root.xpath("//head/title[1]//text()")))
    return page.blocks, title


def _squeezed(text: str) -> str:
    return " ".join(text.translate(_INVISIBLE).split())


def _classes(element: etree._Element) -> str:
    return f"{element.get('class') or ''} {element.get('role') or ''}"


def _is_boilerplate(element: etree._Element) -> bool:
    names = {*_classes(element).lower().split(), (element.get("id") or "").lower()}
    return element.tag not in _WHOLE and not names.isdisjoint(_BOILERPLATE)


def _all_bold(element: etree._Element) -> bool:
    """Whether all words of a paragraph are in bold elements."""
    text = "".join(element.itertext()).split()
    bold = "".join("".join(e.itertext()) for e in element if e.tag in {"b", "strong"}).split()
    return bool(text) and text == bold


def _is_notice(element: etree._Element) -> bool:
    if element.tag not in {"div", "aside", "section", "blockquote"} or not _NOTICE.search(_classes(element)):
        return False
    return next(element.iterdescendants("h1", "h2"), None) is None  # else it holds a whole chapter


class _Page:
    """One walk over a page; lines are numbered by whoever puts the document together."""

    def __init__(self, pictures: Pictures, resolve: Resolve) -> None:
        self.blocks: list[Block] = []
        self.title = ""
        self.bold: list[Block] = []
        """Paragraphs of which every letter is bold."""
        self._pictures = pictures
        self._resolve = resolve

    def walk(self, element: etree._Element) -> None:
        """Add the blocks of an element."""
        tag = element.tag if isinstance(element.tag, str) else ""
        if not tag or tag in _SKIPPED or element.get("aria-hidden") == "true" or _is_boilerplate(element):
            return
        heading = _HEADING.match(tag)
        if heading:
            self._add(Kind.HEADING, [_squeezed(self._text(element))], int(heading[1]))
            self._inner_pictures(element)
        elif tag in {"ul", "ol"}:
            self._add(Kind.LIST, list(self._items(element, 0)))
            self._inner_pictures(element)
        elif tag == "table":
            self._table(element)
        elif tag == "pre":
            self._add(Kind.PARAGRAPH, "".join(element.itertext()).split("\n"))
        elif tag == "dl":
            self._definitions(element)
        elif tag == "figure":
            self._figure(element)
        elif tag == "img":
            self._image(element)
        elif tag == "svg":
            self._pictures.count_unreadable()
        elif _is_notice(element):
            self._notice(element)
        else:
            self._mixed(element)

    def _mixed(self, element: etree._Element) -> None:
        """Add an element that holds text, blocks or both: runs of text between blocks are paragraphs."""
        run: list[str] = [element.text or ""]

        def close() -> None:
            before = len(self.blocks)
            self._paragraph("".join(run), _classes(element) if element.tag == "p" else "")
            if element.tag in {"p", "div"} and len(self.blocks) > before and _all_bold(element):
                self.bold.append(self.blocks[-1])
            run.clear()

        for child in element:
            tag = child.tag if isinstance(child.tag, str) else ""
            if tag in _BLOCKS or (tag and any(inner.tag in _BLOCKS for inner in child.iterdescendants())):
                close()
                self.walk(child)
            elif tag and tag not in _SKIPPED:
                run.append(self._text(child))
            run.append(child.tail or "")
        close()

    def _paragraph(self, text: str, classes: str) -> None:
        lines = [line for line in (_squeezed(part) for part in text.split("\v")) if line]
        if not lines:
            return
        if classes.strip() == _TITLE_CLASS:
            self.title = self.title or " ".join(lines)
            return
        kind = Kind.NOTE if is_note(lines[0]) else Kind.PARAGRAPH
        self._add(Kind.CAPTION if classes.strip() == _CAPTION_CLASS else kind, lines)

    def _text(self, element: etree._Element) -> str:
        """Return the text of an inline element; a line break is a vertical tab, which survives squeezing."""
        if element.tag == "br":
            return "\v"
        if not isinstance(element.tag, str) or element.tag in _SKIPPED:
            return ""
        inner = "".join(self._text(child) + (child.tail or "") for child in element)
        return (element.text or "") + inner

    def _items(self, element: etree._Element, depth: int) -> Iterator[str]:
        start = element.get("start") or ""
        number = int(start) if start.isdecimal() else 1
        for item in element:
            if item.tag != "li":
                continue
            value = item.get("value") or ""
            number = int(value) if value.isdecimal() else number
            mark = f"{number}. " if element.tag == "ol" else "- "
            number += 1
            inner = [child for child in item.iter("ul", "ol") if next(child.iterancestors("li"), None) is item]
            text = _squeezed(self._text_but(item, inner).replace("\v", " "))
            if text:
                yield "  " * depth + mark + text
            for nested in inner:
                yield from self._items(nested, depth + 1)

    def _text_but(self, element: etree._Element, left_out: Sequence[etree._Element]) -> str:
        if not isinstance(element.tag, str) or element in left_out or element.tag in _SKIPPED:
            return ""
        if element.tag == "br":
            return "\v"
        gap = " " if element.tag in {"p", "div"} else ""
        inner = "".join(self._text_but(child, left_out) + (child.tail or "") for child in element)
        return gap + (element.text or "") + inner

    def _table(self, table: etree._Element) -> None:
        caption = table.find("caption")
        if caption is not None:
            self._add(Kind.CAPTION, [_squeezed(self._text_but(caption, ()))])
        rows = [row for row in table.iter("tr") if next(row.iterancestors("table"), None) is table]
        layout = len(rows) < 2 or max(len(row.findall("td")) + len(row.findall("th")) for row in rows) < 2
        if layout or next(table.iterdescendants("table"), None) is not None:
            for cell in table.iter("td", "th"):
                if next(cell.iterancestors("table"), None) is table:
                    self._mixed(cell)
            return
        cells = [[self._cell(cell, row) for cell in row if cell.tag in {"td", "th"}] for row in rows]
        self.blocks.extend(table_blocks(cells))
        self._inner_pictures(table)

    def _cell(self, cell: etree._Element, row: etree._Element) -> Cell:
        parent = row.getparent()
        header = cell.tag == "th" or (parent is not None and parent.tag == "thead")
        parts = [_squeezed(part) for part in self._cell_text(cell).split("\v")]
        return Cell("\n".join(filter(None, parts)), _span(cell, "rowspan"), _span(cell, "colspan"), header)

    def _cell_text(self, element: etree._Element) -> str:
        if not isinstance(element.tag, str) or element.tag in _SKIPPED:
            return ""
        inner = "".join(self._cell_text(child) + (child.tail or "") for child in element)
        text = (element.text or "") + inner
        return f"\v{text}\v" if element.tag in {"p", "li", "div", "br"} else text

    def _definitions(self, element: etree._Element) -> None:
        lines: list[str] = []
        for child in element.iter("dt", "dd"):
            text = _squeezed(self._text_but(child, ()))
            if child.tag == "dt":
                lines.append(f"- {text}")
            elif text and lines:
                lines[-1] += ("：" if not lines[-1].isascii() else ": ") + text
        self._add(Kind.LIST, lines)
        self._inner_pictures(element)

    def _figure(self, element: etree._Element) -> None:
        caption = element.find(".//figcaption")
        text = _squeezed(self._text_but(caption, ())) if caption is not None else ""
        if caption is not None and (parent := caption.getparent()) is not None:
            parent.remove(caption)
        before = len(self.blocks)
        self._mixed(element)
        if not text:
            return
        for i in range(len(self.blocks) - 1, before - 1, -1):
            if self.blocks[i].picture:
                self.blocks[i] = Block(Kind.PICTURE, (Line(text, 0, 0),), picture=self.blocks[i].picture)
                return
        self._add(Kind.CAPTION, [text])

    def _image(self, element: etree._Element) -> None:
        address = element.get("src") or ""
        data = embedded(address) if address.startswith("data:") else self._resolve(address) if address else None
        if data is None:
            self._pictures.count_unreadable()
            return
        picture = self._pictures.add(data, caption=_squeezed(element.get("alt") or ""))
        if picture:
            self.blocks.append(Block(Kind.PICTURE, (), picture=picture))

    def _inner_pictures(self, element: etree._Element) -> None:
        for image in element.iter("img"):
            self._image(image)

    def _notice(self, element: etree._Element) -> None:
        """Add a boxed notice: its text as one block, whatever lists or paragraphs it is made of."""
        inner = _Page(self._pictures, self._resolve)
        inner._mixed(element)
        lines = [line.text for b in inner.blocks if not b.picture and b.kind != Kind.TABLE for line in b.lines]
        self._add(Kind.WARNING, lines)
        self.blocks.extend(block for block in inner.blocks if block.picture or block.kind == Kind.TABLE)

    def _add(self, kind: Kind, texts: Sequence[str], rank: int = 0) -> None:
        lines = tuple(Line(text.rstrip(), 0, 0) for text in texts if text.strip())
        if lines:
            self.blocks.append(Block(kind, lines, rank))


def _span(cell: etree._Element, name: str) -> int:
    value = cell.get(name) or ""
    return int(value) if value.isdecimal() and int(value) > 0 else 1
