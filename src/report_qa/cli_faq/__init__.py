"""The commands under ``report-qa faq``."""

import typer

from report_qa.cli_faq import drafting, exchanging, gaps, releasing, reviewing

faq_app = typer.Typer(
    no_args_is_help=True, help="Questions and answers: draft, check, review, release, import, export, match."
)
for part in (drafting, reviewing, releasing, exchanging, gaps):
    part.add_to(faq_app)
