"""Checks of everything that can be wrong with an installation, each with its remedy.

Nothing here loads a model or writes anything. A check that breaks is itself a finding, so :func:`examine` never raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from report_qa.config import Settings
from report_qa.doctor import data, machine, models, result
from report_qa.doctor.result import CheckResult
from report_qa.errors import ReportQAError, Text

Check = Callable[[Settings], Iterator[CheckResult]]

__all__ = ["CheckResult", "examine"]


def examine(settings: Settings, *, serving: bool = False) -> Iterator[CheckResult]:
    """Run all checks, cheap ones first, and yield what each one finds as soon as it is known.

    Args:
        settings: what is checked.
        serving: whether this process itself serves the page, and so holds the port.
    """
    checks: dict[str, Check] = {
        "python": machine.check_python,
        "disk": machine.check_disk,
        "memory": machine.check_memory,
        "models folder": machine.check_models_folder,
        "embedding model": models.check_embedding_model,
        "reranker": models.check_reranker,
        "language model": models.check_language_model,
        "corpus": data.check_corpus,
        "index": data.check_index,
        "port": machine.check_port,
        "processor": machine.check_processor,
    }
    if serving:
        del checks["port"]
    for name, check in checks.items():
        try:
            yield from check(settings)
        except ReportQAError as error:
            yield result.error(name, error.message, error.remedy)
        except Exception as error:  # whatever a broken installation throws at us is a finding, not our end
            yield _broken(name, error)


def _broken(name: str, error: Exception) -> CheckResult:
    reason = (str(error).strip().splitlines() or [""])[0]
    reason = f"{type(error).__name__}: {reason}".rstrip(": .")
    return result.error(
        name,
        Text(f"The check of {name} broke off ({reason}).", f"检查 {name} 时出错（{reason}）。"),
        Text("Install report-qa anew; if it stays so, report it.", "请重新安装 report-qa；若仍如此，请反馈。"),
    )
