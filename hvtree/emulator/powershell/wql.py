"""WQL as far as scripts use it: SELECT of columns of one class, WHERE with comparisons, LIKE, AND, OR, NOT, brackets."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

Row = Mapping[str, Any]
Condition = Callable[[Row], bool]

_QUERY = re.compile(
    r"\s*SELECT\s+(?P<columns>\*|[\w\s,]+?)\s+FROM\s+(?P<name>\w+)(?:\s+WHERE\s+(?P<condition>.+?))?\s*;?\s*",
    re.IGNORECASE | re.DOTALL,
)
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<number>-?\d+(?:\.\d+)?)|(?P<sign><=|>=|<>|!=|=|<|>|\(|\))"""
    r"|(?P<word>\w+))",
    re.DOTALL,
)
_KEYWORDS = frozenset({"AND", "OR", "NOT", "LIKE", "IS", "NULL", "TRUE", "FALSE"})
_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "<>": lambda left, right: left != right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}


class WqlError(Exception):
    """Not a query that is understood here."""


class WqlQuery(Struct, frozen=True):
    """A class, the columns (none for all of them), and the condition."""

    name: str
    columns: tuple[str, ...]
    condition: Condition
    condition_columns: tuple[str, ...]


def parsed(text: str) -> WqlQuery:
    """Return a SELECT; raise `WqlError` for anything else."""
    match = _QUERY.fullmatch(text)
    if match is None:
        raise WqlError(text)
    columns = () if match["columns"] == "*" else tuple(each.strip() for each in match["columns"].split(","))
    condition, used = filter_of(match["condition"] or "")
    return WqlQuery(match["name"], columns, condition, used)


def filter_of(text: str) -> tuple[Condition, tuple[str, ...]]:
    """Return a condition, and the columns that it looks at; an empty text lets everything through."""
    if not text.strip():
        return (lambda _: True), ()
    reader = _Reader(text)
    condition = reader.alternatives()
    reader.require_end()
    return condition, tuple(reader.columns)


class _Reader:
    """Reads a condition by recursive descent; a condition is short, so its brackets are not deep."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._next = 0
        self.columns: list[str] = []

    def alternatives(self) -> Condition:
        """A OR B …"""
        parts = [self._all_of()]
        while self._take("OR"):
            parts.append(self._all_of())
        return lambda row: any(part(row) for part in parts)

    def require_end(self) -> None:
        """Raise `WqlError` if something is left."""
        if self._next < len(self._tokens):
            raise WqlError(self._text)

    def _all_of(self) -> Condition:
        parts = [self._one()]
        while self._take("AND"):
            parts.append(self._one())
        return lambda row: all(part(row) for part in parts)

    def _one(self) -> Condition:
        if self._take("NOT"):
            inner = self._one()
            return lambda row: not inner(row)
        if self._take("("):
            inner = self.alternatives()
            if not self._take(")"):
                raise WqlError(self._text)
            return inner
        return self._comparison()

    def _comparison(self) -> Condition:
        column = self._word()
        if self._take("IS"):
            is_negated = self._take("NOT")
            if not self._take("NULL"):
                raise WqlError(self._text)
            return lambda row: (_value(row, column) is None) != is_negated
        if self._take("LIKE"):
            pattern = _like(self._literal())
            return lambda row: pattern.fullmatch(str(_value(row, column) or "")) is not None
        compare = _COMPARED.get(self._token())
        if compare is None:
            raise WqlError(self._text)
        wanted = self._literal()
        return lambda row: _compares(compare, _value(row, column), wanted)

    def _word(self) -> str:
        kind, text = self._tokens[self._next] if self._next < len(self._tokens) else ("", "")
        if kind != "word" or text.upper() in _KEYWORDS:
            raise WqlError(self._text)
        self._next += 1
        self.columns.append(text)
        return text

    def _literal(self) -> Any:
        if self._next == len(self._tokens):
            raise WqlError(self._text)
        kind, text = self._tokens[self._next]
        self._next += 1
        if kind == "text":
            return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
        if kind == "number":
            return float(text) if "." in text else int(text)
        named = {"TRUE": True, "FALSE": False, "NULL": None}
        if text.upper() not in named:
            raise WqlError(self._text)
        return named[text.upper()]

    def _token(self) -> str:
        text = self._tokens[self._next][1] if self._next < len(self._tokens) else ""
        self._next += 1
        return text

    def _take(self, text: str) -> bool:
        is_next = self._next < len(self._tokens) and self._tokens[self._next][1].upper() == text
        is_text = is_next and self._tokens[self._next][0] == "text"
        if is_next and not is_text:
            self._next += 1
        return is_next and not is_text


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise WqlError(text)
        found.append((str(match.lastgroup), match[str(match.lastgroup)]))
        at = match.end()
    return found


def _value(row: Row, column: str) -> Any:
    wanted = column.lower()
    return next((value for name, value in row.items() if name.lower() == wanted), None)


def _compares(compare: Callable[[Any, Any], bool], left: Any, right: Any) -> bool:
    if left is None or right is None:
        return False
    if isinstance(left, str) or isinstance(right, str):
        return compare(str(left).casefold(), str(right).casefold())
    return compare(left, right)


def _like(pattern: Any) -> re.Pattern[str]:
    parts = {"%": ".*", "_": "."}
    text = re.sub(
        r"\[.*?\]|.", lambda match: parts.get(match[0]) or _literally(match[0]), str(pattern), flags=re.DOTALL
    )
    return re.compile(text, re.IGNORECASE | re.DOTALL)


def _literally(text: str) -> str:
    return text if text.startswith("[") and text.endswith("]") and len(text) > 2 else re.escape(text)
