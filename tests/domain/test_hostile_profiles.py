"""Addresses that no sound settings file holds: they can be shown, and connecting refuses them with a sentence."""

import pytest

from hvtree.domain.errors import BadInput
from hvtree.domain.host_profile import HostProfile, checked_profile


@pytest.mark.parametrize(
    "endpoint",
    ["http://[::1", "http://hv01:²/wsman", "http://hv01:99999999/", "https://hv01:-1", "http://h\u2100v:1"],
)
def test_an_address_that_cannot_be_read_has_no_host_and_is_refused(endpoint: str) -> None:
    profile = HostProfile("Lab", endpoint, "admin")
    assert (profile.host, profile.port) == ("", 5986 if profile.is_tls else 5985)
    with pytest.raises(BadInput, match="cannot be used"):
        checked_profile(profile)
