"""The tables of the database. A change here needs a migration in ``migrations/versions``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {"ix": "ix_%(column_0_N_label)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s",
         "fk": "fk_%(table_name)s_%(column_0_name)s"}  # fmt: skip


class Base(DeclarativeBase):
    """Names constraints alike on every database, so that migrations can name them too."""

    metadata = MetaData(naming_convention=NAMES)


class PairRow(Base):
    """A pair as it stands now; ``revision`` is checked by every update, so that nobody overwrites another's."""

    __tablename__ = "faq_pair"

    id: Mapped[int] = mapped_column(primary_key=True)
    collection: Mapped[str] = mapped_column(String(100))
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    similar: Mapped[Any] = mapped_column(JSON)
    negative: Mapped[Any] = mapped_column(JSON)
    evidence: Mapped[Any] = mapped_column(JSON, nullable=True)
    document: Mapped[str] = mapped_column(String(500))
    type: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(10))
    flags: Mapped[Any] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    reviewer: Mapped[str] = mapped_column(String(100))
    version: Mapped[int]
    revision: Mapped[int] = mapped_column()
    created_by: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[str] = mapped_column(String(40))
    updated_by: Mapped[str] = mapped_column(String(100))
    updated_at: Mapped[str] = mapped_column(String(40))

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 (SQLAlchemy's own way)
    __table_args__ = (
        Index(None, "collection", "state"),
        Index(None, "collection", "document"),
    )


class ChangeRow(Base):
    """One field of one change; rows are added and never altered but for ``undone``."""

    __tablename__ = "faq_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("faq_pair.id"), index=True)
    revision: Mapped[int] = mapped_column()
    at: Mapped[str] = mapped_column(String(40))
    by: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(20))
    field: Mapped[str] = mapped_column(String(20))
    old: Mapped[Any] = mapped_column(JSON, nullable=True)
    new: Mapped[Any] = mapped_column(JSON, nullable=True)
    undone: Mapped[bool]


class ReleaseRow(Base):
    """A release; added and never altered."""

    __tablename__ = "faq_release"

    id: Mapped[int] = mapped_column(primary_key=True)
    collection: Mapped[str] = mapped_column(String(100))
    number: Mapped[int]
    at: Mapped[str] = mapped_column(String(40))
    by: Mapped[str] = mapped_column(String(100))
    note: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    entries: Mapped[Any] = mapped_column(JSON)

    __table_args__ = (UniqueConstraint("collection", "number"),)


class ServedRow(Base):
    """Which release answers: the newest row of a collection says; earlier ones tell what did before."""

    __tablename__ = "faq_served"

    id: Mapped[int] = mapped_column(primary_key=True)
    collection: Mapped[str] = mapped_column(String(100), index=True)
    number: Mapped[int]
    at: Mapped[str] = mapped_column(String(40))
    by: Mapped[str] = mapped_column(String(100))


class SectionRow(Base):
    """What became of a section when pairs were drafted from it, so that work goes on where it was stopped."""

    __tablename__ = "faq_section"

    id: Mapped[int] = mapped_column(primary_key=True)
    collection: Mapped[str] = mapped_column(String(100))
    key: Mapped[str] = mapped_column(String(64))
    document: Mapped[str] = mapped_column(String(500))
    heading: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str] = mapped_column(Text)
    pairs: Mapped[int]
    prompt_tokens: Mapped[int]
    written_tokens: Mapped[int]
    seconds: Mapped[float] = mapped_column(Float)
    model: Mapped[str] = mapped_column(String(200))
    at: Mapped[str] = mapped_column(String(40))

    __table_args__ = (UniqueConstraint("collection", "key"),)


class EffortRow(Base):
    """The time that a reviewer spent on a pair until a decision."""

    __tablename__ = "faq_effort"

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("faq_pair.id"), index=True)
    reviewer: Mapped[str] = mapped_column(String(100))
    seconds: Mapped[float] = mapped_column(Float)
    action: Mapped[str] = mapped_column(String(20))
    at: Mapped[str] = mapped_column(String(40))


class GapRow(Base):
    """A question that was asked and not answered well; ``pair_id`` is the draft that was made of it."""

    __tablename__ = "faq_gap"

    id: Mapped[int] = mapped_column(primary_key=True)
    collection: Mapped[str] = mapped_column(String(100), index=True)
    question: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(20))
    at: Mapped[str] = mapped_column(String(40))
    pair_id: Mapped[int | None] = mapped_column(ForeignKey("faq_pair.id"), nullable=True)
