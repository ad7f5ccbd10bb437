"""What a hostile or broken host may send: it ends as an error of ours or as a VM that can be shown, and never otherwise."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hvtree.domain.errors import BadHostData, HVTreeError
from hvtree.domain.model import VirtualMachine, VmState
from hvtree.domain.words import age_words
from hvtree.hosts import wire
from hvtree.hosts.codec import Decoder, News, decoded
from hvtree.hosts.identify import product_of
from hvtree.hosts.inventory import merged, utc
from hvtree.hosts.messages import Changed, Hello, HostFacts, InventoryEnd, Request, Results
from tests.support.scripted_agent import ScriptedChannel, ok, vm
from tests.support.scripted_client import connected
from tests.support.virtual_time import run

DEEP = b"[" * 100_000 + b"]" * 100_000
BODIES = (Changed, Hello, HostFacts, InventoryEnd, Results, dict[str, str])
NUMBERS = st.integers() | st.sampled_from([2**31, 2**32, 2**63, 2**64, 2**80, -1, 10**4299])
TIMES = st.sampled_from(
    [
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59.999999Z",
        "9999-12-31T23:59:59-23:59",
        "2038-01-19T03:14:08Z",
        "1601-01-01T00:00:00Z",
        "2020-02-30T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "٢٠٢٠-01-01T00:00:00Z",
        "",
    ]
)
ODD: st.SearchStrategy[object] = (
    st.none() | st.booleans() | NUMBERS | st.floats() | st.text() | TIMES | st.just([]) | st.just({})
)
WORDS = st.text(st.characters(exclude_categories=["Cs"]))
CHECKPOINTS = st.fixed_dictionaries(
    {"id": WORDS, "name": WORDS, "created": TIMES},
    optional={"parent": ODD, "state_size": ODD, "kind": ODD, "drives": ODD, "notes": ODD},
)
VMS = st.fixed_dictionaries(
    {"id": WORDS, "name": WORDS, "state": ODD},
    optional={
        "memory": ODD,
        "uptime_s": ODD,
        "percent": ODD,
        "parent": ODD,
        "generation": ODD,
        "disks": st.lists(st.fixed_dictionaries({"path": WORDS, "size": NUMBERS, "virtual": NUMBERS})),
        "checkpoints": st.lists(CHECKPOINTS),
    },
)


def received(payload: bytes) -> News:
    (news,) = Decoder().feed(wire.MARKER + payload + b"\n")
    return news


def vm_from(record: dict[str, Any]) -> VirtualMachine:
    news = received(json.dumps({"id": "1", "part": {"vms": [record]}}).encode())
    (made,) = news.vms
    return made


@pytest.mark.parametrize(
    "payload",
    [
        b'{"id":"1","ok":%s}',
        b'{"id":"1","unknown":%s}',
        b'{"id":"1","part":{"vms":[%s]}}',
        b'{"id":"1","part":{"vms":[{"id":"a","name":"n","state":"Off","unknown":%s}]}}',
        b'{"z":%s}',
    ],
)
def test_brackets_without_end_are_an_error_of_ours(payload: bytes) -> None:
    with pytest.raises(BadHostData, match="cannot be read"):
        received(payload % DEEP)


@pytest.mark.parametrize("body", [DEEP, b'{"a":"\xff"}', b'{"a":"\\ud800"}', b"9" * 5_000, b"1e999", b""])
@pytest.mark.parametrize("kind", BODIES)
def test_an_answer_that_is_not_what_was_asked_for_is_an_error_of_ours(
    body: bytes, kind: type[object]
) -> None:
    with pytest.raises(BadHostData, match="answer to a question cannot be read"):
        decoded(msgspec.Raw(body), kind, "a question")


@given(st.binary() | st.recursive(ODD, st.lists).map(lambda value: json.dumps(value).encode()))
def test_no_bytes_under_the_marker_bring_down_the_thread_that_receives(payload: bytes) -> None:
    try:
        for news in Decoder().feed(wire.MARKER + payload.replace(b"\n", b"") + b"\n"):
            for kind in BODIES:
                decoded(news.message.ok, kind, "a question")
    except BadHostData:
        return


@given(VMS)
@example({"id": "a", "name": "n", "state": "Off", "memory": 10**4299})
def test_every_vm_that_is_let_in_can_be_counted_aged_and_sorted(record: dict[str, Any]) -> None:
    try:
        made = vm_from(record)
    except (BadHostData, ValueError):  # no JSON, or no record with an id: the reading is an error
        return
    for each in made.checkpoints:
        assert each.size_bytes is None or each.size_bytes >= 0
        assert age_words(each.created_utc, datetime.now(UTC))
        for hours in (-23, 23):
            assert each.created_utc.astimezone(timezone(timedelta(hours=hours))) == each.created_utc
    assert 0 <= made.memory_bytes < 1 << 63
    assert sorted(made.checkpoints, key=lambda each: each.created_utc) is not None


@pytest.mark.parametrize(
    "change",
    [
        {"memory": 2**80},
        {"memory": -1},
        {"disks": [{"path": "a", "size": -1, "virtual": 0}]},
        {"percent": 1e30},
    ],
)
def test_a_vm_with_impossible_numbers_says_so_and_has_no_checkpoints(change: dict[str, Any]) -> None:
    made = vm_from(vm("a", **change))
    assert made.state is VmState.OTHER
    assert made.status.startswith("Its record cannot be read: ")


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("0001-01-01T00:00:00+14:00", 1),
        ("9999-12-31T23:59:59.999999-14:00", 9999),
        ("0001-01-01T00:00:00Z", 1),
    ],
)
def test_a_time_at_the_end_of_all_calendars_is_a_time_in_every_zone(text: str, year: int) -> None:
    moment = utc(text, "a checkpoint")
    assert {moment.astimezone(timezone(timedelta(hours=hours))).year for hours in (-23, 0, 23)} == {year}


@pytest.mark.parametrize("volume", [{"free": 2**80, "total": 1}, {"free": 1, "total": -1}])
def test_a_volume_with_impossible_numbers_is_an_error_of_ours(volume: dict[str, int]) -> None:
    end = {"host": "h", "taken_at": "2020-01-01T00:00:00Z", "revision": 1, "full": True}
    body = json.dumps({**end, "volumes": [{"name": "C:", **volume}]}).encode()
    with pytest.raises(BadHostData, match="cannot be read"):
        merged(None, [], decoded(msgspec.Raw(body), InventoryEnd, "the question for its VMs"))


def test_an_answer_nested_too_deeply_ends_the_connection_with_a_sentence() -> None:
    async def story() -> None:
        def dive(_: Request) -> list[dict[str, Any]]:
            channel.output(wire.MARKER + b'{"ok":' + DEEP + b"}\n")
            return []

        channel = ScriptedChannel(answers={"host.read": dive})
        lost: list[HVTreeError] = []
        async with connected(channel) as client:
            client.on_lost = lost.append
            with pytest.raises(BadHostData, match="The host's answer cannot be read"):
                async with asyncio.timeout(600):
                    await client.read()
        assert [each.what for each in lost] == ["The host's answer cannot be read."]

    run(story())


def test_a_greeting_with_an_endless_number_is_an_error_of_ours() -> None:
    async def story() -> None:
        greeting = wire.MARKER + b'{"ev":"hello","data":{"v":%s,"host":"h","agent":"a"}}\n' % (b"9" * 4_000)
        with pytest.raises(BadHostData, match="greeting"):
            async with connected(ScriptedChannel(greeting=greeting, answers={"ping": ok({})})):
                pass

    run(story())


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa">]><x><ProductVendor>&a;</ProductVendor></x>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_document_type_is_refused_in_every_encoding(encoding: str) -> None:
    identity = 'xmlns="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"'
    sound = f"<x {identity}><y/><ProductVendor>aaaa</ProductVendor></x>"
    assert product_of(sound.encode(encoding)) == "aaaa"
    assert product_of(BOMB.replace("<x>", f"<x {identity}>").encode(encoding)) == ""


@pytest.mark.parametrize("encoding", ["nobody-knows", "utf-32", "idna", "rot13"])
def test_an_encoding_that_nobody_knows_is_no_answer(encoding: str) -> None:
    assert product_of(f'<?xml version="1.0" encoding="{encoding}"?><a/>'.encode()) == ""
