"""Threads, precision and token estimates."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from report_qa.providers import torch_runtime
from report_qa.providers.cores import available_cores, wait_passively
from report_qa.providers.tokens import estimate_tokens


@pytest.mark.parametrize(
    ("cpuinfo", "native"),
    [
        ("flags\t\t: fpu avx512f avx512_bf16 amx_tile\n", True),
        ("Features\t: fp asimd bf16 i8mm\n", True),
        ("flags\t\t: fpu avx avx2 avx512f\n", False),
        ("model name\t: avx512_bf16\n", False),
    ],
)
def test_bfloat16_is_taken_only_where_the_cpu_computes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cpuinfo: str, native: bool
) -> None:
    file = tmp_path / "cpuinfo"
    file.write_text(cpuinfo)
    flags = torch_runtime._cpu_flags
    monkeypatch.setattr(torch_runtime.platform, "system", lambda: "Linux")
    monkeypatch.setattr(torch_runtime, "_cpu_flags", lambda _: flags(file))
    assert torch_runtime.has_native_bfloat16() is native
    assert torch_runtime.precision_of("auto") == (torch.bfloat16 if native else torch.float32)


def test_a_precision_that_is_set_stands() -> None:
    assert torch_runtime.precision_of("float32") == torch.float32
    assert torch_runtime.precision_of("bfloat16") == torch.bfloat16


def test_threads_follow_the_setting_or_the_cores() -> None:
    before = torch.get_num_threads()
    try:
        torch_runtime.set_threads(1)
        assert torch.get_num_threads() == 1
        torch_runtime.set_threads(0)
        assert torch.get_num_threads() == available_cores()
    finally:
        torch.set_num_threads(before)


def test_the_users_own_waiting_policy_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    wait_passively()
    assert os.environ["OMP_WAIT_POLICY"] == "ACTIVE"
    monkeypatch.delenv("OMP_WAIT_POLICY")
    wait_passively()
    assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE"


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("你好，世界", 4), ("hello", 2), ("2024年", 2)])
def test_tokens_are_estimated_by_script(text: str, tokens: int) -> None:
    assert estimate_tokens(text) == tokens


@given(st.text(), st.text())
def test_more_text_never_takes_fewer_tokens(left: str, right: str) -> None:
    assert estimate_tokens(left + right) >= max(estimate_tokens(left), estimate_tokens(right))
