"""The wire: what a host may send to us, what a client may send to the agent, and what PowerShell says on standard error."""

from __future__ import annotations

import base64
import gzip
import itertools
import json
from datetime import UTC, datetime
from typing import Any

from hvtree.domain.edits import Create
from hvtree.domain.errors import BadHostData
from hvtree.domain.passport import Passport, others_notes, passport_of, with_passport
from hvtree.hosts import wire
from hvtree.hosts.clixml import words_of
from hvtree.hosts.codec import Decoder, News, decoded
from hvtree.hosts.inventory import merged
from hvtree.hosts.messages import Changed, Hello, HostFacts, InventoryEnd, Results, VmGroups
from hvtree.hosts.wire_verbs import question, receipt
from hvtree.values import replace
from tests.fuzz.target import Target
from tests.support.agents import Rpc
from tests.support.virtual_host import VirtualHost, guid, virtual_host, vm_spec

_ASKED = question(Create((guid("web"),), "before patch"))
_KINDS = (Changed, Hello, HostFacts, Results, VmGroups)


def read_wire(data: bytes) -> None:
    """Read bytes as the output of an agent, in two pieces, up to the values of the domain."""
    decoder = Decoder(noise_limit=1 << 20, is_about_sizes=lambda number: number == "sizes")
    vms: list[Any] = []
    try:
        for piece in (data[: len(data) // 2], data[len(data) // 2 :], b"\n"):
            for news in decoder.feed(piece):
                vms += news.vms
                _look_at(news, vms)
    except BadHostData:
        return
    decoder.end()


def _look_at(news: News, vms: list[Any]) -> None:
    for body in (news.message.ok, news.message.data):
        for kind in _KINDS:
            _decoded(body, kind)
        end = _decoded(body, InventoryEnd)
        try:
            receipt(_ASKED, body)
            if end is not None:
                merged(None, vms, end)
        except BadHostData:
            continue


def _decoded(body: Any, kind: type[Any]) -> Any:
    try:
        return decoded(body, kind, "a question")
    except BadHostData:
        return None


def read_requests(data: bytes) -> None:
    """Feed bytes to an agent, and let an hour pass on its host: it raises nothing, whatever a client sends."""
    host = _host()
    rpc = Rpc(host.host, host.clock)
    rpc.peer.send(data + b"\n")
    host.clock.advance(3_600)
    rpc.peer.close()


def read_clixml(data: bytes) -> None:
    """Read bytes as standard error."""
    words_of(data)


def read_notes(data: bytes) -> None:
    """Read a checkpoint's notes: what others have written stays, and a passport that is written is read again as it was."""
    notes = data.decode("utf-8", "replace")
    others, found = others_notes(notes), passport_of(notes)
    fresh = replace(found or Passport(), reason=notes[:40], is_locked=True)
    fresh.is_expired(datetime(2026, 11, 26, tzinfo=UTC))
    written = with_passport(notes, fresh)
    again = passport_of(written)
    assert again is not None, written
    assert with_passport(written, again) == written, written
    assert again.is_locked, written
    if found is None:
        assert others_notes(written) == others == notes


def _host() -> VirtualHost:
    return virtual_host(vm_spec("web", "base(p1(p2*) p3)"), vm_spec("db", "x*", state="Running"))


def _output() -> tuple[bytes, ...]:
    """Return what an agent sends in answer to some requests."""
    host = _host()
    rpc = Rpc(host.host, host.clock)
    for request in _REQUESTS:
        rpc.send(request)
        host.clock.advance(60)
    lines = [json.dumps(each).encode() for each in rpc.messages]
    sizes = json.dumps({"id": "sizes", "part": {"vms": [{"id": "a", "disks": [], "states": {"c": 1}}]}})
    zipped = wire.MARKER + b'{"z":"' + base64.b64encode(gzip.compress(lines[0])) + b'"}'
    return (*(wire.MARKER + each for each in lines), wire.MARKER + sizes.encode(), zipped)


_NUMBERS = itertools.count(1)
_REQUESTS: tuple[dict[str, Any], ...] = tuple(
    {"id": f"r{next(_NUMBERS)}", "verb": verb, "args": args}
    for verb, args in (
        ("hello", {}),
        ("host.import", {}),
        ("host.watch", {"on": True}),
        ("host.read", {"since": 0, "sizes": True}),
        ("host.sizes", {"ids": [guid("web"), guid("db")]}),
        ("vm.save", {"ids": [guid("db")]}),
        ("vm.start", {"ids": [guid("db")]}),
        ("vm.checkpoint", {"ids": [guid("web"), guid("db")], "name": "before patch"}),
        ("checkpoint.rename", {"ids": [guid("web/p1")], "name": "new"}),
        ("checkpoint.export", {"ids": [guid("web/p3")], "path": "D:\\Exports"}),
        ("checkpoint.apply", {"ids": [guid("web/p1")]}),
        ("checkpoint.delete_subtree", {"ids": [guid("web/p1")]}),
        ("request.cancel", {"request": "r9"}),
        ("emit", {"text": "x"}),
    )
)
_NOTES = tuple(
    each.encode()
    for each in (
        (
            "Somebody's words\r\n[HVTree] Before patching · ticket CHG-123 · keep until 2026-12-24 · locked · by CORP\\anna"
            " · 2026-11-26 14:02Z · later: part\r\nmore words"
        ),
        "[hvtree] · locked",
        "[HVTree] a··b · safety before applying p1 · group 7 · 0001-01-01 00:00Z",
    )
)
_CLIXML = (
    b'#< CLIXML\r\n<Objs Version="1.1.0.1"><Obj S="progress" RefId="0"><T>x</T></Obj>'
    b'<S S="Error">no_x000D__x000A_ &lt;way&gt;</S><S S="Error">_xD83D__xDE00_</S></Objs>'
)


def targets() -> dict[str, Target]:
    """Return the targets of the wire by their names."""
    output = _output()
    bodies = tuple(each.removeprefix(wire.MARKER) for each in output)
    return {
        "wire": Target("output of an agent", read_wire, output, (wire.MARKER, b'{"z":"', b'"part":')),
        "messages": Target(
            "one message of an agent", lambda data: read_wire(wire.MARKER + data), bodies, (b'{"z":"',)
        ),
        "requests": Target(
            "requests to the emulated agent",
            read_requests,
            tuple(json.dumps(each).encode() for each in _REQUESTS),
            (wire.SCRIPT_BEGIN, wire.SCRIPT_END),
        ),
        "notes": Target(
            "notes with a passport", read_notes, _NOTES, ("·".encode(), b"keep until ", b"[HVTree]")
        ),
        "clixml": Target(
            "standard error of PowerShell", read_clixml, (_CLIXML,), (b"<S ", b'<Obj S="progress"', b"_x")
        ),
    }
