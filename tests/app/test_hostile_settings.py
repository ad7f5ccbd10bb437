"""Settings files that no sound program writes: each is read, or refused with a sentence, and never brings the program down."""

from __future__ import annotations

import codecs
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hvtree.app.settings import Settings
from hvtree.app.settings_file import LARGEST, load, save
from hvtree.domain.errors import BadInput

DEEP = b"[" * 100_000 + b"]" * 100_000
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FILES = st.fixed_dictionaries(
    {},
    optional={
        "hosts": ODD | st.lists(st.dictionaries(st.sampled_from(["name", "endpoint", "user", "x"]), ODD)),
        "window": ODD,
        "open": ODD,
        "modes": ODD,
        "roads": ODD,
        "extra": ODD,
    },
)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'{"hosts":%s}' % DEEP, "nested too deeply"),
        (b'{"extra":%s}' % DEEP, "nested too deeply"),
        (b'{"extra":"' + b"x" * LARGEST + b'"}', "larger than 16 MB"),
        (b"{}".decode().encode("utf-16"), "not text in UTF-8"),
        (b'{"open":["\xff"]}', "utf-8"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, content: bytes, why: str) -> None:
    file = tmp_path / "settings.json"
    file.write_bytes(content)
    with pytest.raises(BadInput) as raised:
        load(file)
    assert why in raised.value.why
    save(file, Settings(open_hosts=("Lab",)))
    assert load(file).open_hosts == ("Lab",)
    assert (tmp_path / "settings.json.bad").read_bytes() == content


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_bytes(codecs.BOM_UTF8 + b'{"open":["Lab"]}')
    assert load(file).open_hosts == ("Lab",)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
@given(st.binary() | FILES.map(lambda value: json.dumps(value).encode()))
def test_whatever_is_in_the_file_it_is_read_or_refused_and_what_is_read_can_be_written(
    tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "settings.json"
    file.write_bytes(content)
    try:
        read = load(file)
    except BadInput:
        return
    save(file, read)
    assert load(file) == read


def _nested(depth: int) -> list[Any]:
    inner: list[Any] = []
    for _ in range(depth):
        inner = [inner]
    return inner


@pytest.mark.parametrize(
    ("extra", "why"), [(_nested(100_000), "nested too deeply"), ("x" * LARGEST, "more than 16 MB")]
)
def test_settings_that_no_file_can_hold_leave_the_former_file(tmp_path: Path, extra: Any, why: str) -> None:
    file = tmp_path / "settings.json"
    save(file, Settings(open_hosts=("Lab",)))
    with pytest.raises(BadInput) as raised:
        save(file, Settings(extra={"extra": extra}))
    assert why in raised.value.why
    assert load(file).open_hosts == ("Lab",)
