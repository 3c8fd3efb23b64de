"""llama.cpp's own server inside this process, serving an embedded language model, or the states of its lower layers."""

from __future__ import annotations

import atexit
import logging
import secrets
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from report_qa.errors import ModelError, Text
from report_qa.providers.chat_errors import model_errors
from report_qa.providers.cores import available_cores, wait_passively
from report_qa.providers.reviving import is_answering, reviving_client

if TYPE_CHECKING:
    import xllamacpp

logger = logging.getLogger(__name__)

SLOTS = 2
"""Questions answered at the same time; each has the whole context window to itself."""

# Prompts set aside when another question takes their slot: 28 KiB a token for the embedded model, so some
# 9,000 tokens, a dozen prompts.
_PROMPT_CACHE_MIB = 256
# Tokens of a text that are read at once for its state: most texts are no longer, and for each of them the runtime
# holds a number for every word there is, 0.6 MiB.
_STATES_AT_ONCE = 128
_LOCAL_TIMEOUT_S = 60.0  # for calls that take milliseconds, on a machine that has other things to do

_lock = threading.Lock()
_servers: dict[tuple[Path, int, int, bool], LlamaServer] = {}


class LlamaServer:
    """A server that is started anew when it has died or does not answer any more.

    Args:
        start: starts one that wants a key.

    Attributes:
        address: ``http://127.0.0.1:port``, as it was at the first start; :attr:`client` finds it also where it is now.
        api_key: needed for every request; other users of the machine do not know it.
        client: for all requests to this server, so that stopping can hang up on those under way. It takes no
            proxy: one set for the internet must not be asked for an address on this machine.

    Raises:
        ModelError: it cannot be started.
    """

    def __init__(self, start: Callable[[str], xllamacpp.Server]) -> None:
        self.api_key = secrets.token_urlsafe(24)
        self._start = start
        self._lock = threading.Lock()
        self._stopped = False
        self._suspect = False
        self._held: list[xllamacpp.Server] = [start(self.api_key)]
        self.address: str = self._held[0].listening_address
        self._now: str = self.address
        self.client = reviving_client(self, _LOCAL_TIMEOUT_S)

    def count_tokens(self, text: str) -> int:
        """Return the exact number of tokens of ``text``.

        Raises:
            ModelError: the server does not answer.
        """
        with model_errors("tokenizer"):
            response = self.client.post(
                f"{self.address}/tokenize",
                json={"content": text, "add_special": False},
                headers={"Authorization": f"Bearer {self.api_key}"},
            )
            response.raise_for_status()
        return len(response.json()["tokens"])

    def whereabouts(self) -> str:
        """Return the address of now; a server that gave no answer in time is looked at first, and replaced if it hangs.

        Raises:
            ModelError: it cannot be started anew.
        """
        address = self._now
        if self._suspect:
            self._suspect = False
            if not is_answering(address, self.api_key):
                return self.revive(address)
        return address

    def doubt(self) -> None:
        """Have it looked at before the next request, since it gave no answer in time."""
        self._suspect = True

    def revive(self, dead: str) -> str:
        """Start anew, unless another thread has done so, and return the address.

        Args:
            dead: the address at which nobody answers.

        Raises:
            ModelError: it cannot be started anew.
        """
        with self._lock:
            if self._now == dead and not self._stopped:
                logger.warning("the language model's server does not answer any more; it is started anew")
                # apart, since one that hangs may never end
                threading.Thread(target=self._held.clear, name="end-server", daemon=True).start()
                self._held = [self._start(self.api_key)]
                self._now = self._held[0].listening_address
            return self._now

    def stop(self) -> None:
        """Stop the server and free its memory; answers under way break off."""
        self._stopped = True
        # first the connections, since the server does not stop before it has finished every answer that is wanted
        self.client.close()
        self._held.clear()


def shared_server(model: Path, context_tokens: int, threads: int, *, states: bool = False) -> LlamaServer:
    """Return the server of this process for that model file, starting it at the first call.

    Args:
        model: a GGUF file.
        context_tokens: context window of each slot.
        threads: CPU threads; 0 means all cores.
        states: give the state of the last token of a text, one text at a time, and write nothing.

    Raises:
        ModelError: the file cannot be loaded, or the runtime is not installed.
    """
    key = (model, context_tokens, threads, states)
    with _lock:
        if key not in _servers:
            if not _servers:
                atexit.register(stop_all)
            _servers[key] = LlamaServer(partial(_start, *key))
        return _servers[key]


def stop_all() -> None:
    """Stop every server of this process."""
    with _lock:
        for server in _servers.values():
            server.stop()
        _servers.clear()


def _start(model: Path, context_tokens: int, threads: int, states: bool, api_key: str) -> xllamacpp.Server:
    wait_passively()
    try:
        runtime = _runtime()
        parameters = _parameters(runtime, model, context_tokens, threads, api_key)
        if states:
            _give_states(runtime, parameters, context_tokens)
        return runtime.Server(parameters)
    except (RuntimeError, ImportError) as error:
        raise ModelError(
            Text(f"The language model {model} cannot be started: {error}", f"无法启动语言模型 {model}：{error}"),
            Text(
                "Run 'report-qa doctor'; 'report-qa models pull' replaces a damaged file.",
                "请运行 report-qa doctor；文件损坏时可用 report-qa models pull 重新获取。",
            ),
        ) from error


def _runtime() -> ModuleType:
    """Import llama.cpp, which needs the OpenMP library; slim Linux images lack it, and PyTorch brings its own."""
    try:
        import xllamacpp
    except ImportError:
        import torch  # noqa: F401
        import xllamacpp
    runtime: ModuleType = xllamacpp
    return runtime


def _parameters(
    runtime: ModuleType, model: Path, context_tokens: int, threads: int, api_key: str
) -> xllamacpp.CommonParams:
    parameters = runtime.CommonParams()
    parameters.model.path = str(model)
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0  # any free port
    parameters.api_keys = [api_key]
    parameters.ui = False
    parameters.verbosity = 0
    parameters.n_ctx = context_tokens * SLOTS
    parameters.n_parallel = SLOTS
    # read, not mapped: llama.cpp keeps the weights rearranged for the CPU anyway, and a mapped file would stay in
    # memory beside them (2.1 GB resident for the embedded model, against 1.5 GB)
    parameters.load_mode = runtime.llama_load_mode.LLAMA_LOAD_MODE_NONE
    parameters.fit_params = False  # keep the context asked for, whatever memory seems free
    parameters.cache_ram_mib = _PROMPT_CACHE_MIB
    # no drafting (parameters.speculative): tokens accepted from a draft are reported with probability 1, and the
    # judgement of answers rests on probabilities
    parameters.cpuparams.n_threads = threads or available_cores()
    parameters.cpuparams_batch.n_threads = threads or available_cores()
    return parameters


def _give_states(runtime: ModuleType, parameters: xllamacpp.CommonParams, context_tokens: int) -> None:
    parameters.embedding = True
    parameters.pooling_type = runtime.llama_pooling_type.LLAMA_POOLING_TYPE_LAST
    # one slot: the cores are busy with one text, and each further slot takes some 60 MiB
    parameters.n_parallel = 1
    parameters.n_ctx = parameters.n_batch = context_tokens
    parameters.n_ubatch = _STATES_AT_ONCE
    parameters.cache_ram_mib = 0
