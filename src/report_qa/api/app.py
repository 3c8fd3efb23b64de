"""The application: everything of the API at its address, and room for the page behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Match, Mount, Route
from starlette.types import Scope

from report_qa import __version__
from report_qa.api.backend import Backend
from report_qa.api.envelope import Envelope, is_api, listed
from report_qa.api.mcp import PATH, Guarded, http_app, mcp_server
from report_qa.api.replies import add_handlers
from report_qa.api.routes import ask, evaluations, faq, feedback, imports, library, openai, status
from report_qa.client.records import Problem

_ROUTERS = (ask.router, library.router, imports.router, faq.router, feedback.router, evaluations.router, status.router)
_DESCRIPTION = (
    "Right, cited answers over reports and manuals, in Chinese and English.\n\n"
    "Answered and refused are results with HTTP status 200; what fails is a problem with a code, a message in both "
    "languages and a remedy."
)


def create_app(backend: Backend) -> FastAPI:
    """Return the application over a backend; serving it begins imports and opens the default collection."""
    server = mcp_server(backend)
    tools = http_app(server)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        backend.begin()
        async with server.session_manager.run():
            yield
        backend.close()

    app = FastAPI(
        title="report-qa", version=__version__, description=_DESCRIPTION, lifespan=lifespan,
        openapi_url="/api/v1/openapi.json", docs_url=None, redoc_url=None,
    )  # fmt: skip
    app.state.backend = backend
    for router in _ROUTERS:
        app.include_router(router, prefix="/api/v1")
    app.include_router(openai.router, prefix="/v1")
    (route,) = (route for route in tools.routes if isinstance(route, Route))
    app.router.routes.append(Route(PATH, Guarded(route.endpoint, backend), include_in_schema=False))
    add_handlers(app)
    origins = listed(backend.settings.api.cors_origins)
    if origins:
        app.add_middleware(CORSMiddleware, allow_origins=sorted(origins), allow_methods=["*"], allow_headers=["*"])
    app.add_middleware(Envelope, backend=backend)
    app.openapi = lambda: _description(app)  # type: ignore[method-assign]  # as FastAPI has it documented
    return app


def _description(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas = schema["components"]["schemas"]
        for name, inner in problem.pop("$defs").items():
            schemas.setdefault(name, inner)
        schemas["Problem"] = problem
        app.openapi_schema = schema
    return app.openapi_schema


class _PageMount(Mount):
    """The page, at every address that is not the API's."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] == "http" and is_api(scope["path"]):
            return Match.NONE, {}
        return super().matches(scope)


def put_last(app: FastAPI) -> None:
    """Have the page that was mounted last leave all addresses of the API to the API, those that nothing has too."""
    page = app.router.routes.pop()
    if not isinstance(page, Mount):
        raise TypeError("the last route is no page")
    app.router.routes.append(_PageMount("/", page.app))
