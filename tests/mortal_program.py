"""The command line with a fake embedder and a point at which it dies; its arguments are those of ``report-qa``.

What the file named by ``$MORTAL`` says is the point at which this process kills itself as ``kill -9`` would, once: after the
``nth`` statement that changes the database of questions (``change 1``), before it is committed (``commit``), after it was
(``committed``), or when a passage with a word is embedded (``embed 230``).
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from fakes import HashingEmbedder, factory_of
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from report_qa.cli import main
from report_qa.providers.embedders import register_embedder

POINT = Path(os.environ["MORTAL"])


def die_at(point: str) -> None:
    """Die if this is the point."""
    if POINT.is_file() and POINT.read_text(encoding="utf-8") == point:
        POINT.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


class MortalEmbedder(HashingEmbedder):
    """Dies when it embeds a word."""

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed, or die."""
        for word in " ".join(texts).split():
            die_at(f"embed {word}")
        return super().embed_passages(texts)


class Changes:
    """Counts the statements of a transaction that change something."""

    def __init__(self) -> None:
        self.count = 0

    def executed(self, connection: object, cursor: object, statement: str, *_: object) -> None:
        """Die after the statement that is to be the last."""
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            self.count += 1
            die_at(f"change {self.count}")

    def begun(self, connection: object) -> None:
        """Count anew."""
        self.count = 0


if __name__ == "__main__":
    changes = Changes()
    sa.event.listen(sa.Engine, "begin", changes.begun)
    sa.event.listen(sa.Engine, "after_cursor_execute", changes.executed)
    sa.event.listen(sa.Engine, "commit", lambda connection: changes.count and die_at("commit"))
    sa.event.listen(Session, "after_commit", lambda session: changes.count and die_at("committed"))
    register_embedder("fake", factory_of(MortalEmbedder()))
    main()
