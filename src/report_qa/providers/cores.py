"""The CPU cores: how many this process may use, and how to share them with other programs."""

from __future__ import annotations

import os


def available_cores() -> int:
    """Return the number of cores; containers and taskset may give a process fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def wait_passively() -> None:
    """Let the threads of OpenMP sleep, not spin, while they wait for each other; the user's own choice stands.

    PyTorch and llama.cpp share one OpenMP library, which reads its settings when it is loaded, so this comes
    before the import of either. A spinning thread holds the core that the thread it waits for needs: on two
    cores beside one busy program, generation fell from 20 tokens a second to 2, and stayed at 16 with sleeping
    threads. With the machine to itself it is a sixth slower for it.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
