"""``faq generate``, ``faq coverage`` and ``faq stats``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from report_qa.cli_faq.shared import open_store
from report_qa.cli_library import CollectionOption, settings_of
from report_qa.errors import Text
from report_qa.terminal import progress, reported, say, session

if TYPE_CHECKING:
    from report_qa.faq.tally import Tally

_FINE = {"drafted", "labels"}


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("generate")(generate)
    app.command("coverage")(coverage)
    app.command("stats")(stats)


def generate(
    collection: CollectionOption = None,
    language: Annotated[str, typer.Option(help="Language of the pairs: auto, zh, en, both")] = "auto",
    document: Annotated[str, typer.Option(help="Only this document")] = "",
    limit: Annotated[int, typer.Option(min=0, help="Parts of sections at most; 0 means all")] = 0,
    retry: Annotated[bool, typer.Option(help="Draft again where output was broken, cut off or empty")] = False,
) -> None:
    """Draft pairs from every section; what was stopped goes on, what is done is not done again."""
    with reported():
        settings = settings_of(collection)
        from report_qa.faq.batch import LANGUAGES, Wanted
        from report_qa.service import ReportQA

        if language not in LANGUAGES:
            raise typer.BadParameter(", ".join(LANGUAGES), param_hint="--language")
        with ReportQA.open(settings, progress()) as qa, _shown() as tell:
            batch = qa.draft(Wanted(LANGUAGES[language], document, limit, retry), tell)
        _print_tally(batch.tally, batch.tally.cost(settings.faq))
        if found := batch.likeness:
            missed = batch.missed
            say(
                f"{len(found.merged)} merged into others, {len(found.duplicates)} near repeats, "
                f"{len(found.conflicts)} contradictions, {missed.lost} not found back by a search, "
                f"{missed.draft_only} only by the draft's wording.",
                f"合并 {len(found.merged)} 条，近似 {len(found.duplicates)} 对，"
                f"矛盾 {len(found.conflicts)} 对，{missed.lost} 条检索不回依据，"
                f"{missed.draft_only} 条仅草稿的问法能检索到。",
            )


@contextmanager
def _shown() -> Iterator[Callable[[Tally], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as display:
        task = display.add_task(Text("drafting", "起草").in_language(session.language), total=None)

        def tell(tally: Tally) -> None:
            left = "–" if tally.seconds_left is None else f"{tally.seconds_left / 60:.0f}"
            words = Text(
                f"{tally.pairs} pairs, {tally.pairs_per_minute:.1f} a minute, {left} min left",
                f"{tally.pairs} 条，每分钟 {tally.pairs_per_minute:.1f} 条，约剩 {left} 分钟",
            )
            if tally.waiting:  # for the limit of calls a minute
                words = Text(f"{words.en}, {tally.waiting} waiting", f"{words.zh}，{tally.waiting} 个调用等待中")
            display.update(
                task, total=tally.total, completed=tally.done, description=words.in_language(session.language)
            )

        yield tell


def _print_tally(tally: Tally, cost: float) -> None:
    odd = ", ".join(f"{count} {name}" for name, count in sorted(tally.outcomes.items()) if name not in _FINE)
    say(
        f"{tally.pairs} pairs drafted from {tally.done} parts in {tally.seconds / 60:.1f} min "
        f"({tally.pairs_per_minute:.1f} a minute), {tally.table_pairs} computed from tables; "
        f"{tally.before} parts were done before, {tally.outcomes['labels']} state nothing; "
        f"{tally.prompt_tokens} tokens read, {tally.written_tokens} written.",
        f"由 {tally.done} 段起草 {tally.pairs} 条，用时 {tally.seconds / 60:.1f} 分钟"
        f"（每分钟 {tally.pairs_per_minute:.1f} 条），由表格计算 {tally.table_pairs} 条；"
        f"此前已完成 {tally.before} 段，{tally.outcomes['labels']} 段没有内容可问；"
        f"读入 {tally.prompt_tokens} 词元，写出 {tally.written_tokens} 词元。",
    )
    if cost:
        say(f"Cost at the prices set: {cost:.4f}.", f"按所设价格，费用为 {cost:.4f}。")
    if tally.held:
        say(
            f"{tally.held} more were held back, since a check fails: 'faq list --state rejected', 'faq undo'.",
            f"另有 {tally.held} 条未通过检查，未送审：faq list --state rejected 查看，faq undo 取回。",
        )
    if odd or tally.dropped:
        say(
            f"Not as it should be: {odd or '0'} parts; {tally.dropped} pairs dropped. --retry drafts them again.",
            f"异常：{odd or '0'} 段；丢弃 {tally.dropped} 条。可用 --retry 重新起草。",
        )


def coverage(
    collection: CollectionOption = None,
    document: Annotated[str, typer.Option(help="Only this document")] = "",
    gaps: Annotated[bool, typer.Option(help="Show the sentences whose facts nobody is asked about")] = False,
) -> None:
    """Show which sections have how many pairs, and how many of their numbers and obligations are asked."""
    with reported():
        settings = settings_of(collection)
        from report_qa.faq.coverage import coverage as covered
        from report_qa.faq.source import Sources

        sources = Sources.open(settings.paths.index)
        sections = covered(sources, open_store(settings).pairs())
        sections = [section for section in sections if not document or section.document == document]
        for section in sections:
            heading = " > ".join(section.path) or section.document
            mark = "✓" if section.pairs and section.asked == section.facts else "·" if section.pairs else "✗"
            say(
                f"{mark} {section.pairs:3} pairs  {section.asked}/{section.facts} facts  {section.document}  {heading}",
                f"{mark} {section.pairs:3} 条  事实 {section.asked}/{section.facts}  {section.document}  {heading}",
            )
            for gap in section.gaps if gaps else ():
                typer.echo(f"      {gap.line}: {'、'.join(gap.missing)}  “{gap.text}”")
        asked, facts = sum(s.asked for s in sections), sum(s.facts for s in sections)
        empty = sum(not s.pairs for s in sections)
        say(
            f"{asked} of {facts} facts are asked; {empty} of {len(sections)} sections have no pair.",
            f"{facts} 个事实中问到 {asked} 个；{len(sections)} 节中有 {empty} 节没有问答。",
        )


def stats(collection: CollectionOption = None) -> None:
    """Show how many pairs are in each state, and what review has cost."""
    with reported():
        settings = settings_of(collection)
        from report_qa.faq.effort import effort
        from report_qa.faq.records import STATE_NAMES

        store = open_store(settings)
        for name, count in store.counts().items():
            typer.echo(f"{STATE_NAMES[name].in_language(session.language)}: {count}")
        cost = effort(store)
        spent, share, saving = cost.minutes_per_hundred, cost.unedited_share, cost.saving(settings.faq.hand_minutes)
        if share is not None:
            say(f"approved without an edit: {share:.0%}", f"未经修改即通过：{share:.0%}")
        if spent is not None and saving is not None:
            say(
                f"review: {spent:.0f} minutes per 100 approved pairs; saving against {settings.faq.hand_minutes:g} "
                f"minutes a pair by hand: {saving:.1%}",
                f"审核：每 100 条通过的问答 {spent:.0f} 分钟；与手写每条 "
                f"{settings.faq.hand_minutes:g} 分钟相比节省 {saving:.1%}",
            )
        else:
            say("review: not timed yet (the web page times it)", "审核：尚无计时（在网页中审核时计时）")
