"""Keys of the API and the password of the page: made here, kept as hashes only.

A key has 256 random bits, so that a plain SHA-256 of it cannot be guessed back; a password is chosen by a person, so
its hash is scrypt (RFC 7914) with a salt.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from report_qa.errors import ConfigError, Text
from report_qa.runtime.database import Database, now

PREFIX = "rqa"
_LOG2_N, _R, _P = 15, 8, 1
"""Cost of scrypt: 32 MiB of memory, some 0.1 s."""


class Scope(StrEnum):
    """What a key allows."""

    ASK = "ask"
    """Ask, search, read collections and documents, give feedback."""
    IMPORT = "import"
    """Add and remove documents."""
    REVIEW = "review"
    """Read feedback; review questions and answers."""
    ADMIN = "admin"
    """Everything, metrics too."""


@dataclass(frozen=True)
class Key:
    """A key as it is kept, without its secret; times are UTC, ISO 8601."""

    id: str
    name: str
    scopes: frozenset[Scope]
    created: str
    revoked: str | None = None

    def allows(self, scope: Scope) -> bool:
        """Return whether it may be used for something."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


def create_key(database: Database, name: str, scopes: Iterable[Scope]) -> tuple[Key, str]:
    """Make a key.

    Args:
        database: where it is kept.
        name: whose it is, as shown in lists and logs.
        scopes: what it allows, at least one.

    Returns:
        The key as kept, and the secret text, which is told only now.

    Raises:
        ConfigError: no name, or no scope.
        StateUnusable: the database cannot be written.
    """
    allowed = frozenset(scopes)
    if not name.strip() or not allowed:
        raise ConfigError(
            Text("A key needs a name and at least one scope.", "密钥需要名称和至少一个权限。"),
            Text(
                "For example: report-qa keys create --scope ask phone-app.",
                "例如：report-qa keys create --scope ask 手机应用。",
            ),
        )
    key = Key(secrets.token_hex(4), name.strip(), allowed, now())
    secret = f"{PREFIX}_{key.id}_{secrets.token_urlsafe(32)}"
    with database.transaction() as connection:
        connection.execute(
            "INSERT INTO keys (id, name, hash, scopes, created) VALUES (?, ?, ?, ?, ?)",
            (key.id, key.name, _hash(secret), ",".join(sorted(allowed)), key.created),
        )
    return key, secret


def list_keys(database: Database) -> list[Key]:
    """Return all keys, revoked ones too, in the order in which they were made."""
    if not database.exists:
        return []
    with database.transaction() as connection:
        rows = connection.execute("SELECT * FROM keys ORDER BY created, rowid").fetchall()
    return [
        Key(r["id"], r["name"], frozenset(map(Scope, r["scopes"].split(","))), r["created"], r["revoked"]) for r in rows
    ]


def revoke_key(database: Database, key_id: str) -> Key:
    """Make a key worthless from now on.

    Raises:
        ConfigError: there is none of that id that is not revoked already.
    """
    found = next((key for key in list_keys(database) if key.id == key_id and key.revoked is None), None)
    if found is None:
        raise ConfigError(
            Text(f"There is no key {key_id} in use.", f"没有使用中的密钥 {key_id}。"),
            Text("'report-qa keys list' shows them.", "请用 report-qa keys list 查看。"),
        )
    with database.transaction() as connection:
        connection.execute("UPDATE keys SET revoked = ? WHERE id = ?", (now(), key_id))
    return found


def find_key(database: Database, secret: str) -> Key | None:
    """Return the key that a secret belongs to; None for an unknown or revoked one."""
    parts = secret.split("_", 2)
    if len(parts) != 3 or parts[0] != PREFIX or not database.exists:
        return None
    with database.transaction() as connection:
        row = connection.execute("SELECT * FROM keys WHERE id = ? AND revoked IS NULL", (parts[1],)).fetchone()
    if row is None or not hmac.compare_digest(row["hash"], _hash(secret)):
        return None
    return Key(row["id"], row["name"], frozenset(map(Scope, row["scopes"].split(","))), row["created"])


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def hash_password(password: str) -> str:
    """Return what ``server.login_password_hash`` is to hold for a password.

    Raises:
        ConfigError: it has fewer than 8 characters.
    """
    if len(password) < 8:
        raise ConfigError(
            Text("The password has fewer than 8 characters.", "密码少于 8 个字符。"),
            Text("Choose a longer one.", "请换一个更长的密码。"),
        )
    salt = secrets.token_bytes(16)
    return f"scrypt.{_encoded(salt)}.{_encoded(_stretched(password, salt))}"


def is_password(password: str, hashed: str) -> bool:
    """Return whether a hash of :func:`hash_password` is that of a password.

    Raises:
        ConfigError: it is no such hash.
    """
    try:
        kind, salt, expected = hashed.split(".")
        if kind != "scrypt":
            raise ValueError(kind)
        return hmac.compare_digest(_stretched(password, _decoded(salt)), _decoded(expected))
    except ValueError as error:
        raise ConfigError(
            Text(
                "server.login_password_hash is not a hash of ours.", "server.login_password_hash 不是有效的密码哈希。"
            ),
            Text("Make one with 'report-qa keys password'.", "请用 report-qa keys password 生成。"),
        ) from error


def _stretched(password: str, salt: bytes) -> bytes:
    n = 2**_LOG2_N
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=_R, p=_P, maxmem=256 * n * _R)


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.encode())
