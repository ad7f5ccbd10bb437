"""The profiles of hosts: what may be in one, and how an endpoint is completed."""

import pytest

from hvtree.app.settings import HostProfile, Settings, checked_profile, full_endpoint
from hvtree.domain.errors import BadInput


@pytest.mark.parametrize(
    ("written", "full"),
    [
        ("http://hv01", "http://hv01:5985/wsman"),
        ("https://hv01", "https://hv01:5986/wsman"),
        ("http://hv01:8080/wsman", "http://hv01:8080/wsman"),
        ("http://[::1]:5985/wsman", "http://[::1]:5985/wsman"),
        ("https://[fe80::1]/", "https://[fe80::1]:5986/wsman"),
        (" http://10.0.0.1 ", "http://10.0.0.1:5985/wsman"),
    ],
)
def test_an_endpoint_gets_the_port_and_path_that_it_lacks(written, full):
    assert full_endpoint(written) == full


@pytest.mark.parametrize(
    "written",
    [
        "",
        "hv01",
        "ftp://hv01",
        "http://",
        "http://hv01:99999",
        "http://hv01:abc",
        "http://[::1",
        "http://hv 01/wsman",
        "http://hv01/\u202ewsman",
        "x" * 10_000,
    ],
)
def test_an_endpoint_that_is_none_is_refused_with_a_sentence_that_shows_how(written):
    with pytest.raises(BadInput) as caught:
        full_endpoint(written)
    assert "http://hv01:5985/wsman" in caught.value.sentence


def test_a_password_inside_an_address_is_refused_without_repeating_it():
    with pytest.raises(BadInput) as caught:
        full_endpoint("http://admin:hunter2@hv01:5985/wsman")
    assert "hunter2" not in caught.value.sentence + caught.value.details


def test_a_profile_without_a_user_is_refused():
    with pytest.raises(BadInput, match="No user"):
        checked_profile(HostProfile("lab", "http://hv01", " "))


def test_a_profile_with_an_unknown_transport_is_refused_with_the_known_ones():
    with pytest.raises(BadInput) as caught:
        checked_profile(HostProfile("lab", "http://hv01", "admin", "telnet"))
    assert "ntlm" in caught.value.sentence


def test_a_profile_is_found_whatever_its_letter_case():
    settings = Settings((HostProfile("Lab", "http://hv01", "admin"),))
    assert settings.profile("lAB") == settings.hosts[0]


def test_a_profile_takes_the_place_of_the_one_of_its_name():
    settings = Settings().with_profile(HostProfile("lab", "http://hv01", "a"))
    settings = settings.with_profile(HostProfile("LAB", "http://hv02", "b"))
    assert [host.user for host in settings.hosts] == ["b"]


def test_a_profile_can_be_forgotten():
    settings = Settings((HostProfile("lab", "http://hv01", "admin"),))
    assert settings.without_profile("LAB").hosts == ()
