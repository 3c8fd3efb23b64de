"""A scripted service: what it answers follows from words in the question, so that every state can be shown at will."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fakes import HashingEmbedder

from report_qa.errors import ModelError, ReportQAError, Text
from report_qa.faq.batch import Batch, Wanted
from report_qa.faq.tally import Stop, TellTally
from report_qa.indexing.build import BuildReport
from report_qa.indexing.manifest import DocumentEntry
from report_qa.providers.embedders import Embedder
from report_qa.qa.records import (
    Answer,
    AnswerEvent,
    Citation,
    Event,
    Passage,
    PassagesEvent,
    Stage,
    StageEvent,
    Status,
    Timings,
    TokenEvent,
    Turn,
)

MODEL_MISSING = ModelError(
    Text("The language model is not on this machine.", "本机没有语言模型。"),
    Text("Fetch it with 'report-qa models pull'.", "请运行 report-qa models pull 下载。"),
)
UNREACHABLE = ModelError(
    Text("The model endpoint does not answer.", "模型服务没有响应。"),
    Text("Check llm.base_url and ask again.", "请检查 llm.base_url 后重新提问。"),
    retryable=True,
)

SECTION = (
    "利用AI模特生成广告素材，替代传统的拍摄流程。\n"
    "素材生产成本方面，AI生成后成本降低 70%，素材生产效率提升数倍。\n"
    "指标 | 传统拍摄 | AI生成\n"
    "单张成本 | 100元 | 30元\n"
    "CPC | 1.0 | 0.55\n"
    '<script>window.hacked = true</script><img src=x onerror="window.hacked=true"> ![图](https://example.com/x.png)\n'
    + "\n".join(f"补充说明第{i}条：该案例的数据来自企业自报，口径以原文为准。" for i in range(1, 9))
)
QUOTE = "AI生成后成本降低 70%"
ROW = "单张成本 | 100元 | 30元"
NEAR = "调研共回收问卷，其中有效样本2887份，覆盖制造、金融、零售等行业。"


def _passage(number: int, text: str, path: tuple[str, ...], mark: str) -> Passage:
    at = text.index(mark)
    name = "ai-transformation-report-2025.txt"
    return Passage(
        number, name, "AI转型的进展洞察报告", path, text, text, ((at, at + len(mark)),), 120, 136, (f"c{number}",), {}
    )


PASSAGES = (
    _passage(1, SECTION, ("案例篇", "广告行业使用AI模特提升素材生产效率"), QUOTE),
    _passage(2, NEAR, ("调研篇", "样本说明"), "有效样本2887份"),
)


@dataclass(frozen=True)
class FakeDocument:
    """A document of the index."""

    name: str = "ai-transformation-report-2025.txt"
    title: str = "AI转型的进展洞察报告"
    language: str = "zh"
    sections: tuple[()] = ()


@dataclass
class FakeService:
    """Answers by script and remembers what it was asked.

    Words in the question choose the outcome: ``unknown`` is refused, ``break`` fails, ``slow`` goes on until it is
    stopped; anything else is answered. A question with ``step`` waits before each event until ``steps`` is released.
    """

    delay: float = 0.0
    documents: Sequence[FakeDocument] = (FakeDocument(),)
    asked: list[tuple[str, tuple[Turn, ...]]] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)
    steps: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    drafts: Callable[[Wanted, TellTally | None, Stop], Batch] | None = None

    next: tuple[str, ...] = ()

    def following(self, answer: Answer, asked: Sequence[str] = ()) -> Sequence[str]:
        """Propose what was not asked."""
        return [question for question in self.next if question not in asked]

    def draft(self, wanted: Wanted, tell: TellTally | None = None, stop: Stop = lambda: False) -> Batch:
        """Draft as a test says."""
        assert self.drafts is not None
        return self.drafts(wanted, tell, stop)

    def stream(self, question: str, history: Sequence[Turn] = (), language: str | None = None) -> Iterator[Event]:
        """Give the events of an answer."""
        self.asked.append((question, tuple(history)))
        try:
            for event in self._events(question):
                if "step" in question:
                    self.steps.acquire()
                yield event
        finally:
            self.closed.set()

    def _events(self, question: str) -> Iterator[Event]:
        for stage in (Stage.UNDERSTANDING, Stage.SEARCHING, Stage.READING):
            yield StageEvent(stage)
            time.sleep(self.delay)
        yield PassagesEvent(PASSAGES, question)
        time.sleep(self.delay * 3)
        if "unknown" in question:
            yield AnswerEvent(self._answer(Status.REFUSED, question))
            return
        yield StageEvent(Stage.WRITING)
        for word in ("广告素材", "改用AI生成后，", "成本", "降低了70% [1]。"):
            yield TokenEvent(word)
            time.sleep(self.delay * 2)
        while "slow" in question:
            yield TokenEvent("……")
            time.sleep(0.1)
        if "break" in question:
            yield AnswerEvent(self._answer(Status.FAILED, question))
            return
        yield StageEvent(Stage.CHECKING)
        time.sleep(self.delay * 3)
        yield AnswerEvent(self._answer(Status.ANSWERED, question))

    def _answer(self, status: Status, question: str) -> Answer:
        common = {"language": "zh", "question": question, "standalone": question, "timings": Timings(1.0, 2.0, 6.4)}
        if status is Status.FAILED:
            return Answer(status, "", error=UNREACHABLE, **common)
        if status is Status.REFUSED:
            reason = Text("No passage names the amount.", "找到的段落都没有给出这个数字。")
            text = "报告中没有提到这一点，因此无法回答。"
            start = NEAR.index("有效样本")
            nearest = Citation(2, PASSAGES[1], ((start, len(NEAR)),), NEAR[start:])
            return Answer(status, text, passages=PASSAGES, reason=reason, nearest=nearest, **common)
        at, row = SECTION.index(QUOTE), SECTION.index(ROW)
        marks = ((at, at + len(QUOTE)), (row, row + len(ROW)))
        citations = (Citation(1, PASSAGES[0], marks, QUOTE), Citation(2, PASSAGES[1], (), NEAR))
        echo = question if "<" in question else ""
        text = f"广告素材改用AI生成后，成本降低了70% [1]。\n调研的有效样本为2887份 [2]。 {echo}"
        return Answer(status, text.strip(), citations=citations, passages=PASSAGES, answerability=0.9, **common)


@dataclass
class OpenerShelf:
    """A shelf with the one collection that an opener opens."""

    opener: Opener
    embedder: Embedder = field(default_factory=HashingEmbedder)

    def names(self) -> list[str]:
        """Return the collection."""
        return ["default"]

    def open(self, name: str) -> FakeService:
        """Open it."""
        return self.opener()

    def documents(self, name: str) -> dict[str, DocumentEntry]:
        """Tell of no document."""
        return {}

    def add(self, name: str, files: Sequence[Path], progress: object = None, reading: object = None) -> BuildReport:
        """Take nothing."""
        raise AssertionError("nothing is imported here")

    def remove(self, name: str, document: str) -> None:
        """Remove nothing."""
        raise AssertionError("nothing is removed here")


@dataclass
class Opener:
    """Opens the fake service; fails as long as ``error`` is set."""

    service: FakeService = field(default_factory=FakeService)
    error: ReportQAError | None = None
    gate: threading.Event = field(default_factory=threading.Event)
    calls: int = 0

    def __post_init__(self) -> None:
        """Open at once, unless a test closes the gate."""
        self.gate.set()

    def __call__(self) -> FakeService:
        self.calls += 1
        self.gate.wait()
        if self.error:
            raise self.error
        return self.service
