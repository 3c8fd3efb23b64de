"""The catalogue agrees with itself, and nothing heavy is imported to read it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from report_qa.errors import ModelError
from report_qa.models.catalog import EMBEDDED_MODELS, QWEN_CODER, embedded_model

HEAVY = ("torch", "transformers", "sentence_transformers", "xllamacpp", "langchain_core", "huggingface_hub", "openai")


def test_the_parts_add_up_to_the_size_that_the_hub_publishes() -> None:
    assert QWEN_CODER.download_bytes == 1_117_320_768
    assert len(QWEN_CODER.registry[0].packages) == 22
    assert QWEN_CODER.registry[0].sha256 == QWEN_CODER.hub.sha256[QWEN_CODER.entry]


def test_every_model_is_found_by_its_name() -> None:
    for name, model in EMBEDDED_MODELS.items():
        assert embedded_model(name) is model
        assert model.hub.weights in model.hub.files
    with pytest.raises(ModelError, match="multilingual-e5-small"):
        embedded_model("nothing")


@pytest.mark.parametrize(
    "module",
    [
        "models.catalog",
        "models.status",
        "providers",
        "providers.chat",
        "providers.chat_endpoints",
        "providers.chat_errors",
        "providers.embedders",
        "providers.llama_server",
        "providers.rerankers",
    ],
)
def test_importing_loads_no_model_library(module: str) -> None:
    code = f"import sys, report_qa.{module}; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
