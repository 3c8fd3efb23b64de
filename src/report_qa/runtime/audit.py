"""The log of writes: who changed what and when, a line of JSON each, added to and never changed."""

from __future__ import annotations

import json
import os
import threading

from report_qa.config import Settings
from report_qa.errors import StateUnusable, Text
from report_qa.runtime.database import now

FILE = "audit.jsonl"


class Audit:
    """The log in the state folder of the settings."""

    def __init__(self, settings: Settings) -> None:
        self.path = settings.paths.state / FILE
        self._lock = threading.Lock()

    def add(self, by: str, action: str, what: str, request_id: str = "") -> None:
        """Note a write; it is on disk when this returns.

        Args:
            by: id and name of the key, or ``command line``.
            action: what was done, e.g. ``document.remove``.
            what: to what.
            request_id: of the request that asked for it.

        Raises:
            StateUnusable: the log cannot be written.
        """
        line = json.dumps(
            {"at": now(), "by": by, "action": action, "what": what, "request_id": request_id}, ensure_ascii=False
        )
        try:
            with self._lock:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
                with os.fdopen(descriptor, "a", encoding="utf-8") as file:
                    file.write(line + "\n")
                    file.flush()
                    os.fsync(file.fileno())
        except OSError as error:
            raise StateUnusable(
                Text(f"{self.path} cannot be written: {error.strerror}.", f"无法写入 {self.path}：{error.strerror}。"),
                Text("Check its permissions and free space.", "请检查权限与磁盘空间。"),
            ) from error
