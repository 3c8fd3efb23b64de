"""Where page, API and the services behind them meet; page and API do not know each other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from report_qa.api.app import create_app, put_last
from report_qa.api.backend import Backend
from report_qa.api.envelope import listed
from report_qa.config import LoadedSettings, Settings
from report_qa.doctor import examine
from report_qa.errors import Exposed, Text
from report_qa.indexing.collections import DEFAULT
from report_qa.indexing.selection import collections_in, selection_of
from report_qa.models.progress import ConsoleProgress, Progress
from report_qa.runtime.database import Database, held
from report_qa.runtime.keys import is_password, list_keys
from report_qa.runtime.listening import is_loopback, listen
from report_qa.runtime.logs import show_logs
from report_qa.runtime.tracing import begin_tracing
from report_qa.shelf import Shelf
from report_qa.ui.page import build_page
from report_qa.ui.serving import Login, mount
from report_qa.ui.status.desk import Operations


def launch(
    settings: Settings,
    progress: Progress | None = None,
    *,
    collection: str | None = None,
    page: bool = True,
    sources: Mapping[str, str] | None = None,
) -> None:
    """Serve page and API until the program is ended; models and index are loaded while they are already there.

    Args:
        settings: those without a collection.
        progress: told about downloads, by default on the console.
        collection: what the page shows first, and the API asks where nothing is named, a selection; None is the
            default collection.
        page: whether the page is served too.
        sources: where the settings that are not the default come from, for the status page.

    Raises:
        ConfigError: traces are wanted, and the extra for them is not installed.
        Exposed: other machines could reach it, and there is no login or no key.
        ReportQAError: the port is taken, the address is not of this machine, there is no such collection, or another
            server uses the state folder. What is wrong with models or index is shown on the page, where it can be
            tried again, and told by the API.
    """
    name = selection_of(collection or DEFAULT)
    collections_in(settings, name)  # says so at once where there is no such collection
    show_logs(settings.api.log)
    begin_tracing(settings)
    exposed = is_exposed(settings)
    if exposed:
        require_guard(settings, page=page)
    shelf = Shelf(settings, progress or ConsoleProgress(settings.server.language))
    backend = Backend(shelf, default=name, exposed=exposed)
    app = create_app(backend)
    if page:
        operations = Operations(
            LoadedSettings(settings, sources or {}).listing(), partial(examine, settings, serving=True),
            lambda: shelf.models.loaded, backend.measures, backend.line,
        )  # fmt: skip
        queues = backend.line, backend.imports, backend.evaluations
        built = build_page(shelf, settings, name, *queues, operations=operations)
        mount(built, app, settings=settings, login=login_of(settings))
        put_last(app)
    server = settings.server
    with held(settings):
        path = "/" if page else "/api/v1/openapi.json"
        listen(app, server.host, server.port, open_browser=server.open_browser and page, path=path)


def is_exposed(settings: Settings) -> bool:
    """Return whether other machines can reach the server: by its address, or by a name that a proxy passes on."""
    return not is_loopback(settings.server.host) or bool(listed(settings.server.allowed_hosts))


def require_guard(settings: Settings, *, page: bool) -> None:
    """Refuse to be reached by other machines without a login for the page and keys for the API.

    Raises:
        Exposed: one of them is missing.
    """
    where = Text(
        "Other machines can reach the server (server.host, server.allowed_hosts)",
        "其他机器可以访问本服务（server.host、server.allowed_hosts）",
    )
    if page and login_of(settings) is None:
        raise Exposed(
            Text(f"{where.en}, and the page has no login.", f"{where.zh}，而网页没有设置登录。"),
            Text(
                "Set server.login_user and server.login_password_hash (made by 'report-qa keys password'), serve with "
                "--api-only, or stay on 127.0.0.1.",
                "请设置 server.login_user 和 server.login_password_hash（用 report-qa keys password 生成），"
                "或加 --api-only，或只监听 127.0.0.1。",
            ),
        )
    if all(key.revoked for key in list_keys(Database(settings))):
        raise Exposed(
            Text(f"{where.en}, and the API has no key.", f"{where.zh}，而 API 没有密钥。"),
            Text(
                "Make one with 'report-qa keys create --scope ask NAME', or stay on 127.0.0.1.",
                "请用 report-qa keys create --scope ask 名称 创建，或只监听 127.0.0.1。",
            ),
        )


def login_of(settings: Settings) -> Login | None:
    """Return what checks name and password of visitors; None where no login is set."""
    user, hashed = settings.server.login_user, settings.server.login_password_hash
    if not user or not hashed:
        return None
    secret = hashed.get_secret_value()
    is_password("", secret)  # one that cannot be read is told now and not at the first visit

    def is_known(name: str, password: str) -> bool:
        return is_password(password, secret) and name == user

    return is_known
