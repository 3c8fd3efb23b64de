"""The command line with models that are fakes, as a program of its own; its arguments are those of ``report-qa``."""

from __future__ import annotations

from fakes import HashingEmbedder, factory_of
from scripted_chat import use_scripted_chat
from serving import Script

from report_qa.cli import main
from report_qa.providers.embedders import register_embedder

if __name__ == "__main__":
    register_embedder("fake", factory_of(HashingEmbedder()))
    use_scripted_chat(Script())
    main()
