"""A talk that has ended, or gone silent, fails whoever waits in it, and nobody after that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from requests.exceptions import ConnectionError as ConnectionCut

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.winrm.wsman import Endpoint
from tests.support.patience import PATIENCE_S
from tests.support.roads import MEMORY, NEED_POWERSHELL, ROADS, WINRM, Road, endpoint_on, hosting, road_to
from tests.support.roads import skip_without_powershell as skip
from tests.support.talk import Talk, over_winrm


@pytest.fixture(scope="module")
def host() -> Iterator[HyperV]:
    with hosting("pair") as made:
        yield made


@pytest.fixture
def endpoint(host: HyperV) -> Iterator[Endpoint]:
    with endpoint_on(host, is_real=False) as made:
        yield made


@pytest.fixture
def road(host: HyperV, endpoint: Endpoint) -> Iterator[Road]:
    with ExitStack() as stack:
        yield Road(WINRM, host, lambda: over_winrm(endpoint), stack)


def wait_in_vain(talk: Talk) -> AssertionError:
    with pytest.raises(AssertionError) as caught:
        talk.event("never")
    return caught.value


def test_whoever_waits_hears_why_the_listener_has_died(endpoint: Endpoint, road: Road) -> None:
    talk = road.talk
    assert endpoint.shells.wait_for_listener(PATIENCE_S)
    endpoint.drop_connections()
    error = wait_in_vain(talk)
    assert "has ended" in str(error)
    assert isinstance(error.__cause__, ConnectionCut)


def test_nobody_waits_in_a_talk_that_is_over(endpoint: Endpoint, road: Road) -> None:
    talk = road.talk
    assert endpoint.shells.wait_for_listener(PATIENCE_S)
    endpoint.drop_connections()
    assert str(wait_in_vain(talk)) == str(wait_in_vain(talk))


def test_after_a_listener_has_died_the_road_gives_a_talk_that_works(endpoint: Endpoint, road: Road) -> None:
    talk = road.talk
    endpoint.drop_connections()
    wait_in_vain(talk)
    assert road.talk.ask("ping").ok
    assert road.talk is not talk


def test_after_silence_the_road_gives_a_talk_that_works(road: Road) -> None:
    talk = road.talk
    talk.patience_s = 0.0
    assert "nothing for too long" in str(wait_in_vain(talk))
    assert road.talk.ask("ping").ok
    assert road.talk is not talk


@pytest.mark.parametrize("name", ROADS)
def test_after_an_agent_has_ended_its_road_gives_another(host: HyperV, name: str) -> None:
    if name in NEED_POWERSHELL:
        skip()
    with road_to(host, name) as road:
        talk = road.talk
        talk.ask("exit")
        assert wait_in_vain(talk).__cause__ is None
        assert road.talk.ask("ping").ok


def test_a_road_keeps_a_talk_that_goes_on(host: HyperV) -> None:
    with road_to(host, MEMORY) as road:
        assert road.talk is road.talk
