"""Build the sample manual from its Markdown: HTML, DOCX and PDF, in Chinese and English.

    python scripts/build_manual.py OUT [--chromium /usr/bin/chromium | --no-pdf]

writes ``OUT/zh`` and ``OUT/en``, each with manual.html, its figures, manual.docx and manual.pdf, which Chromium prints.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm
from lxml import html as lxml_html
from lxml.html import builder
from manual_figures import draw_figures
from markdown_it import MarkdownIt

SOURCES = Path(__file__).resolve().parent.parent / "tests" / "data" / "manual"
LANGUAGES = ("zh", "en")
_STYLE = """
body { font-family: "Noto Sans CJK SC", "Noto Sans", sans-serif; font-size: 11pt; line-height: 1.6; }
h2 { break-before: page; } h1, h2, h3 { break-after: avoid; }
figure { margin: 12pt 0; break-inside: avoid; } figure img { width: 11cm; } figcaption { font-size: 10pt; }
table { border-collapse: collapse; } td, th { border: 1px solid #333; padding: 3pt 7pt; text-align: left; }
tr { break-inside: avoid; } .warning { border: 1px solid #c2410c; padding: 0 8pt; margin: 10pt 0; break-inside: avoid; }
"""


def manual_html(language: str) -> str:
    """Return the manual as one page that expects its figures in ``figures/``."""
    text = (SOURCES / f"manual.{language}.md").read_text(encoding="utf-8")
    body = lxml_html.fragment_fromstring(
        MarkdownIt("commonmark", {"html": True}).enable("table").render(text), create_parent="body"
    )
    for image in body.xpath(".//p/img"):
        figure = builder.FIGURE(
            builder.IMG(src=f"figures/{image.get('src')}.png", alt=image.get("alt")),
            builder.FIGCAPTION(image.get("alt")),
        )
        image.getparent().getparent().replace(image.getparent(), figure)
    for quote in body.xpath(".//blockquote"):
        quote.tag = "div"
        quote.set("class", "warning")
    title = body.find("h1").text
    inner = lxml_html.tostring(body, encoding="unicode")
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head>{inner}</html>"
    )


def write_docx(page: str, figures: Path, target: Path) -> None:
    """Write a page of :func:`manual_html` as a Word file with headings, lists, tables and captions as styles."""
    document = docx.Document()
    document.styles.add_style("Warning", WD_STYLE_TYPE.PARAGRAPH)
    for element in lxml_html.document_fromstring(page).find("body"):
        _WRITERS[element.tag](document, element, figures)
    document.save(str(target))


def _heading(document: Any, element: Any, figures: Path) -> None:
    document.add_heading(element.text_content(), int(element.tag[1]) - 1)


def _paragraph(document: Any, element: Any, figures: Path) -> None:
    document.add_paragraph(element.text_content())


def _list(document: Any, element: Any, figures: Path) -> None:
    style = "List Number" if element.tag == "ol" else "List Bullet"
    for item in element:
        document.add_paragraph(item.text_content().strip(), style=style)


def _figure(document: Any, element: Any, figures: Path) -> None:
    document.add_picture(str(figures / Path(element.find("img").get("src")).name), width=Cm(11))
    document.add_paragraph(element.findtext("figcaption"), style="Caption")


def _notice(document: Any, element: Any, figures: Path) -> None:
    for paragraph in element:
        document.add_paragraph(paragraph.text_content(), style="Warning")


def _table(document: Any, element: Any, figures: Path) -> None:
    rows = element.xpath(".//tr")
    columns = sum(int(cell.get("colspan", 1)) for cell in rows[0])
    table = document.add_table(rows=len(rows), cols=columns, style="Table Grid")
    taken: set[tuple[int, int]] = set()
    for i, row in enumerate(rows):
        j = 0
        for cell in row:
            while (i, j) in taken:
                j += 1
            down, right = int(cell.get("rowspan", 1)), int(cell.get("colspan", 1))
            taken |= {(i + a, j + b) for a in range(down) for b in range(right)}
            merged = table.cell(i, j).merge(table.cell(i + down - 1, j + right - 1))
            merged.text = cell.text_content()
        if row.getparent().tag == "thead":
            header = OxmlElement("w:tblHeader")
            header.set(qn("w:val"), "true")
            table.rows[i]._tr.get_or_add_trPr().append(header)


_WRITERS = {
    **dict.fromkeys(("h1", "h2", "h3"), _heading),
    **dict.fromkeys(("ol", "ul"), _list),
    "p": _paragraph,
    "figure": _figure,
    "div": _notice,
    "table": _table,
}


def write_pdf(page: Path, target: Path, chromium: Path) -> None:
    """Print a page with bookmarks, a running header and page numbers."""
    from playwright.sync_api import sync_playwright

    line = "<div style='font-size:8px;width:100%;text-align:center'>{}</div>"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        sheet = browser.new_page()
        sheet.goto(page.resolve().as_uri())
        sheet.pdf(
            path=str(target), format="A4", outline=True, tagged=True, display_header_footer=True,
            header_template=line.format("<span class=title></span>"),
            footer_template=line.format("<span class=pageNumber></span> / <span class=totalPages></span>"),
            margin={"top": "20mm", "bottom": "20mm", "left": "20mm", "right": "20mm"},
        )  # fmt: skip
        browser.close()


def build(out: Path, chromium: Path | None) -> None:
    """Build both editions under ``out``; no PDF where ``chromium`` is None."""
    drawn = out / "figures"
    draw_figures(drawn)
    for language in LANGUAGES:
        folder = out / language
        shutil.copytree(drawn, folder / "figures", dirs_exist_ok=True)
        page = manual_html(language)
        (folder / "manual.html").write_text(page, encoding="utf-8")
        write_docx(page, folder / "figures", folder / "manual.docx")
        if chromium is not None:
            write_pdf(folder / "manual.html", folder / "manual.pdf", chromium)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("out", type=Path)
    parser.add_argument("--chromium", type=Path, default=Path("/usr/bin/chromium"))
    parser.add_argument("--no-pdf", action="store_true", help="make HTML and Word files only")
    given = parser.parse_args()
    if not given.no_pdf and not given.chromium.exists():
        sys.exit(f"{given.chromium} is missing; name another with --chromium, or leave the PDF out with --no-pdf")
    build(given.out, None if given.no_pdf else given.chromium)
