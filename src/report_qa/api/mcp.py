"""The MCP server: the same questions as tools for programs that are themselves driven by a language model."""

from __future__ import annotations

from typing import Annotated, Any

from anyio import to_thread
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from pydantic import Field
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from report_qa import __version__
from report_qa.api.access import admit
from report_qa.api.asking import Asked, answer, found, new_id
from report_qa.api.backend import Backend
from report_qa.api.convert import answer_of
from report_qa.api.replies import problem_reply
from report_qa.api.reviewing import matched
from report_qa.client.faq_records import Match
from report_qa.client.records import LONGEST, LONGEST_SELECTION, SELECTION, Answer, Hits
from report_qa.config import Settings
from report_qa.errors import ReportQAError
from report_qa.indexing.collections import DEFAULT
from report_qa.indexing.selection import collections_in, selection_of
from report_qa.models.progress import Progress
from report_qa.runtime import keys
from report_qa.runtime.logs import show_logs
from report_qa.shelf import Shelf

PATH = "/mcp"
_INSTRUCTIONS = (
    "Answers questions over a library of reports and manuals in Chinese and English, with citations. "
    "`ask` answers from the documents, or says with status `refused` that they do not say; do not fill in what they "
    "do not say. `search` returns the passages themselves. `list_collections` tells what there is to ask; "
    "several are asked as one by their names with commas between."
)

Asking = Annotated[str, Field(max_length=LONGEST, description="The question, in Chinese or English")]
Named = Annotated[str, Field(max_length=64, description="Name of the collection")]
Selected = Annotated[str, Field(max_length=LONGEST_SELECTION, description=SELECTION)]


def mcp_server(backend: Backend, by: str = "mcp") -> MCPServer[Any]:
    """Return an MCP server over a backend.

    Args:
        backend: whom to ask.
        by: as whom questions are counted.
    """
    server: MCPServer[Any] = MCPServer(
        "report-qa", instructions=_INSTRUCTIONS, version=__version__, log_level="WARNING"
    )

    @server.tool(structured_output=True)
    async def ask(question: Asking, collection: Selected = backend.default) -> Answer:
        """Answer a question from the documents, with the passages that the answer rests on."""
        asked = Asked(question, collection, by=by)
        try:
            given = await answer(backend, asked)
        except ReportQAError as error:
            raise _told(error) from error
        if given is None:
            raise RuntimeError("a question that nobody left was left")
        return answer_of(given, new_id(), asked.collection)

    @server.tool(structured_output=True)
    async def search(
        question: Asking,
        collection: Selected = backend.default,
        limit: Annotated[int, Field(ge=1, le=50, description="Sections to return")] = 5,
    ) -> Hits:
        """Return the sections of the documents that are nearest to a question, best first."""

        try:
            return await to_thread.run_sync(found, backend, question, collection, limit)
        except ReportQAError as error:
            raise _told(error) from error

    @server.tool(structured_output=True)
    async def faq_match(question: Asking, collection: Named = backend.default) -> Match:
        """Return what the reviewed and released answers have for a question, without asking a language model.

        With band `answer` the first candidate answers it, with `suggest` they may be meant, `pass` is nothing.
        It is about one collection; `ask` gives the reviewed answers of several.
        """
        try:
            return await to_thread.run_sync(matched, backend, collection, question)
        except ReportQAError as error:
            raise _told(error) from error

    @server.tool(structured_output=True)
    async def list_collections() -> list[str]:
        """Return the names of the collections that can be asked."""
        try:
            return await to_thread.run_sync(backend.shelf.names)
        except ReportQAError as error:
            raise _told(error) from error

    return server


def _told(error: ReportQAError) -> ToolError:
    return ToolError(f"{error.line('en')} / {error.line('zh')}")


def serve_tools(settings: Settings, progress: Progress, *, collection: str | None = None) -> None:
    """Serve the MCP tools on standard input and output until the input ends.

    Args:
        settings: those of the default collection.
        progress: told about downloads; must not write to standard output.
        collection: what is asked where nothing is named, a selection; None is the default collection.

    Raises:
        CollectionMissing: a collection of it is not there.
    """
    name = selection_of(collection or DEFAULT)
    collections_in(settings, name)
    show_logs(settings.api.log)
    backend = Backend(Shelf(settings, progress), default=name)
    mcp_server(backend).run("stdio")


def http_app(server: MCPServer[Any]) -> Starlette:
    """Return an MCP server for HTTP at :data:`PATH`; its session manager must be run."""
    # which hosts and origins may call is decided for all addresses together, in the envelope
    security = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    return server.streamable_http_app(
        streamable_http_path=PATH, stateless_http=True, json_response=True, transport_security=security
    )


class Guarded:
    """ASGI application that lets in only who may ask.

    Args:
        app: what is guarded.
        backend: knows the keys.
    """

    def __init__(self, app: ASGIApp, backend: Backend) -> None:
        self._app = app
        self._backend = backend

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        connection = HTTPConnection(scope)
        try:
            await to_thread.run_sync(admit, self._backend, connection, keys.Scope.ASK)
        except ReportQAError as error:
            await problem_reply(connection, error)(scope, receive, send)
            return
        await self._app(scope, receive, send)
