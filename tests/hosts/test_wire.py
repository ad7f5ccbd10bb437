"""The framing of the wire: any split gives the same lines, noise is no payload, bad lines are errors."""

from __future__ import annotations

import base64
import gzip
import json
import os
import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hvtree.hosts import wire

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def lines_of(*pieces: bytes) -> list[bytes]:
    buffer = wire.LineBuffer()
    return [line for piece in pieces for line in buffer.feed(piece)]


def zipped(payload: bytes) -> bytes:
    return b'{"z":"' + base64.b64encode(gzip.compress(payload, mtime=0)) + b'"}'


@given(st.lists(st.binary().filter(lambda line: b"\n" not in line and not line.endswith(b"\r"))), st.data())
def test_any_split_of_the_bytes_gives_the_same_lines(lines: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(line + data.draw(st.sampled_from([b"\n", b"\r\n"])) for line in lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)))))
    pieces = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert lines_of(*pieces) == lines


def test_half_a_line_stays_in_the_rest_until_its_end_comes() -> None:
    buffer = wire.LineBuffer()
    assert buffer.feed(b"one\ntw") == [b"one"]
    assert buffer.rest == b"tw"
    assert buffer.feed(b"o\n") == [b"two"]
    assert buffer.rest == b""


def test_an_endless_line_is_an_error() -> None:
    buffer = wire.LineBuffer(limit=1000)
    buffer.feed(b"x" * 1000)
    with pytest.raises(wire.FramingError, match="longer than 1000 bytes"):
        buffer.feed(b"x")


@given(JSON_VALUES)
@example({"z": "0"})
def test_a_value_comes_through_to_the_agent_as_pure_ascii(value: object) -> None:
    line = wire.client_line(wire.ascii_json(value))
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert json.loads(wire.from_client(line.removesuffix(b"\n"))) == value


@given(JSON_VALUES)
@example({"z": "0"})
def test_a_value_comes_through_to_the_client(value: object) -> None:
    payload = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    assert wire.from_agent(wire.agent_line(payload).removesuffix(b"\n")) == payload


@pytest.mark.parametrize("size", [0, wire.ZIP_ABOVE, wire.ZIP_ABOVE + 1, 5_000_000])
def test_a_payload_of_any_size_comes_through_both_ways(size: int) -> None:
    payload = base64.b64encode(os.urandom(size))[:size]
    assert wire.from_client(wire.client_line(payload)[:-1]) == payload
    assert wire.from_agent(wire.agent_line(payload)[:-1]) == payload


def test_a_large_payload_travels_compressed() -> None:
    payload = wire.ascii_json({"text": "checkpoint " * 10_000})
    assert len(wire.agent_line(payload)) < len(payload) / 50


@pytest.mark.parametrize(
    "noise", [b"", b"WARNING: something", b"#< CLIXML", b'{"id":"1"}', b"#hvtree", b"\xff\xfe\x00"]
)
def test_a_line_without_the_marker_is_noise(noise: bytes) -> None:
    assert wire.from_agent(noise) is None


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"VERBOSE: no line end"])
def test_what_stands_before_the_marker_does_no_harm(before: bytes) -> None:
    assert wire.from_agent(before + b'#hvtree#{"ev":"hello"}') == b'{"ev":"hello"}'


def test_a_marker_inside_a_payload_is_part_of_it() -> None:
    payload = b'{"name":"#hvtree#"}'
    assert wire.from_agent(wire.agent_line(payload)[:-1]) == payload


def test_a_payload_towards_the_agent_must_be_ascii() -> None:
    with pytest.raises(wire.FramingError, match="ASCII"):
        wire.client_line("é".encode())


@pytest.mark.parametrize("payload", [b"two\nlines", b"\n"])
def test_a_payload_must_be_one_line(payload: bytes) -> None:
    with pytest.raises(wire.FramingError, match="one line"):
        wire.agent_line(payload)


@pytest.mark.parametrize(
    "line",
    [
        b'{"z"',
        b'{"z":1}',
        b'{"z":"***"}',
        '{"z":"é"}'.encode(),
        b'{"z":"\xff"}',
        b'{"z":"aGVsbG8="}',
        zipped(b"x" * 1000)[:-20] + b'"}',
        b'{"z":"' + base64.b64encode(gzip.compress(b"x" * 1000, mtime=0)[:-4]) + b'"}',
        b'{"z":"' + base64.b64encode(gzip.compress(b"x", mtime=0) + b"more") + b'"}',
        b'{"z":"' + base64.b64encode(zlib.compress(b"x")) + b'"}',
    ],
)
def test_a_damaged_compressed_line_is_an_error(line: bytes) -> None:
    with pytest.raises(wire.FramingError, match="compressed line"):
        wire.from_agent(wire.MARKER + line)


def test_a_zip_bomb_is_refused() -> None:
    with pytest.raises(wire.FramingError, match="too large"):
        wire.from_agent(wire.MARKER + zipped(b"\0" * 50_000_000), limit=100_000)


@given(st.binary())
def test_garbage_never_gives_anything_but_a_payload_or_a_framing_error(line: bytes) -> None:
    for framed in (line, wire.MARKER + line, wire.MARKER + b'{"z":"' + line + b'"}'):
        try:
            payload = wire.from_agent(framed)
        except wire.FramingError:
            continue
        assert payload is None or isinstance(payload, bytes)
