"""Who asks, and whether they may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from report_qa.api.backend import Backend, TheBackend
from report_qa.api.problems import Refusal
from report_qa.errors import Text
from report_qa.runtime.keys import Key, Scope, find_key, list_keys
from report_qa.runtime.listening import is_loopback

LOCAL = Key("local", "local", frozenset({Scope.ADMIN}), "")
"""Who asks on this machine as long as no key was ever made."""

_PASSED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
"""Headers that only a proxy sends."""

_bearer = HTTPBearer(auto_error=False, description="A key of 'report-qa keys create'")


def admit(backend: Backend, connection: HTTPConnection, scope: Scope) -> Key:
    """Return whose request it is, and count it.

    Args:
        backend: knows the keys.
        connection: the request; the key is kept in its state, for the log.
        scope: what the key must allow.

    Raises:
        Refusal: no key, an unknown one, one that does not allow it, or too many requests.
        StateUnusable: the keys cannot be read.
    """
    key = _key_of(backend, connection)
    connection.state.key = key
    backend.limits.count_request(key.id)
    if not key.allows(scope):
        raise Refusal(
            "scope_missing",
            Text(f"The key {key.name} does not allow “{scope}”.", f"密钥 {key.name} 没有“{scope}”权限。"),
            Text(
                f"Make one that does: report-qa keys create --scope {scope} NAME.",
                f"请另建密钥：report-qa keys create --scope {scope} 名称。",
            ),
        )
    return key


def _key_of(backend: Backend, connection: HTTPConnection) -> Key:
    # who never made a key wants none; once there was one, all need one, also after it was revoked
    if not backend.exposed and _is_local(connection) and not list_keys(backend.database):
        return LOCAL
    kind, _, secret = connection.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise Refusal(
            "key_missing",
            Text("The request has no API key.", "请求没有带 API 密钥。"),
            Text("Send 'Authorization: Bearer KEY'; keys are made with 'report-qa keys create'.",
                 "请发送 Authorization: Bearer 密钥；密钥用 report-qa keys create 创建。"),
        )  # fmt: skip
    key = find_key(backend.database, secret.strip())
    if key is None:
        backend.limits.count_wrong_key(connection.client.host if connection.client else "")
        raise Refusal(
            "key_unknown",
            Text("The API key is unknown or was revoked.", "API 密钥不存在或已撤销。"),
            Text("Make a new one with 'report-qa keys create'.", "请用 report-qa keys create 新建。"),
        )
    return key


def _is_local(connection: HTTPConnection) -> bool:
    """Whether a program of this machine asks, and not a proxy for somebody else."""
    passed_on = any(name in connection.headers for name in _PASSED_ON)
    return not passed_on and connection.client is not None and is_loopback(connection.client.host)


def _needs(scope: Scope) -> Callable[..., Key]:
    def check(
        request: Request,
        backend: TheBackend,
        _: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)] = None,
    ) -> Key:
        return admit(backend, request, scope)

    return check


Asker = Annotated[Key, Depends(_needs(Scope.ASK))]
Importer = Annotated[Key, Depends(_needs(Scope.IMPORT))]
Reviewer = Annotated[Key, Depends(_needs(Scope.REVIEW))]
Admin = Annotated[Key, Depends(_needs(Scope.ADMIN))]
