"""A connection that has died without a word, as in a sleep: renewed, it goes on with the same shell and agent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import Rename
from hvtree.domain.errors import HVTreeError
from hvtree.emulator.winrm.certificate import self_signed
from tests.support.relay import relay
from tests.support.remote_host import RemoteHost, remote_host, run

SIDE = CheckpointRef("a0000000-0000-4000-8000-000000000001", "c0000000-0000-4000-8000-000000000004")
CERTIFICATE = self_signed()


@pytest.fixture(params=[None, CERTIFICATE], ids=["http", "https"])
def host(request: pytest.FixtureRequest) -> Iterator[RemoteHost]:
    with remote_host(certificate=request.param) as made:
        yield made


def test_a_dead_connection_is_renewed_instead_of_waited_for_and_nothing_is_lost(host: RemoteHost) -> None:
    async def story() -> None:
        with relay(host.endpoint.port) as wire:
            endpoint = host.endpoint.url.replace(str(host.endpoint.port), str(wire.port))
            pin = CERTIFICATE.fingerprint if endpoint.startswith("https") else None
            client = host.client(endpoint=endpoint, fingerprint=pin)
            await client.connect()
            lost: list[HVTreeError] = []
            client.on_lost = lost.append
            await client.read()
            wire.freeze()
            client.renew()
            receipt = await client.perform(Rename(SIDE, "after the sleep"), lambda _: None)
            assert not receipt.failures
            assert (await client.read()).checkpoint(SIDE).name == "after the sleep"
            assert host.count("Create") == 1
            assert not lost
            await client.close()

    run(story())


def test_renewing_what_is_closed_is_harmless(host: RemoteHost) -> None:
    async def story() -> None:
        pin = CERTIFICATE.fingerprint if host.endpoint.url.startswith("https") else None
        client = host.client(fingerprint=pin)
        await client.connect()
        await client.close()
        client.renew()

    run(story())
