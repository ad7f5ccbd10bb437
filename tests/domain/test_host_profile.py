"""The profiles of hosts: what may be in one, and how an endpoint is completed."""

import pytest

from hvtree.domain.errors import BadInput
from hvtree.domain.host_profile import (
    HostProfile,
    address_of,
    checked_profile,
    endpoint_for,
    full_endpoint,
    with_address,
)


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
def test_an_endpoint_gets_the_port_and_path_that_it_lacks(written: str, full: str) -> None:
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
def test_a_malformed_endpoint_is_refused_with_a_sentence_that_shows_how(written: str) -> None:
    with pytest.raises(BadInput) as caught:
        full_endpoint(written)
    assert "http://hv01:5985/wsman" in caught.value.sentence


def test_a_password_inside_an_address_is_refused_without_repeating_it() -> None:
    with pytest.raises(BadInput) as caught:
        full_endpoint("http://admin:hunter2@hv01:5985/wsman")
    assert "hunter2" not in caught.value.sentence + caught.value.details


def test_a_profile_without_a_user_is_refused() -> None:
    with pytest.raises(BadInput, match="No user"):
        checked_profile(HostProfile("lab", "http://hv01", " "))


def test_a_profile_with_an_unknown_transport_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadInput) as caught:
        checked_profile(HostProfile("lab", "http://hv01", "admin", "telnet"))
    assert "ntlm" in caught.value.sentence


@pytest.mark.parametrize(
    ("address", "is_tls", "port", "endpoint"),
    [
        ("hv01", False, None, "http://hv01:5985/wsman"),
        (" HV01.lab.example ", True, None, "https://hv01.lab.example:5986/wsman"),
        ("hv01", True, 443, "https://hv01:443/wsman"),
        ("hv01:8080", True, 443, "https://hv01:8080/wsman"),
        ("10.0.0.1", False, 81, "http://10.0.0.1:81/wsman"),
        ("::1", False, None, "http://[::1]:5985/wsman"),
        ("[::1]:8080", False, None, "http://[::1]:8080/wsman"),
        ("fe80::1%eth0", False, 5985, "http://[fe80::1%25eth0]:5985/wsman"),
        ("[fe80::1%25eth0]", True, None, "https://[fe80::1%25eth0]:5986/wsman"),
        ("https://hv01", False, 5985, "https://hv01:5986/wsman"),
    ],
)
def test_an_endpoint_is_made_of_what_people_call_a_host(
    address: str, is_tls: bool, port: int | None, endpoint: str
) -> None:
    assert endpoint_for(address, is_tls=is_tls, port=port) == endpoint


@pytest.mark.parametrize(
    "address",
    ["", "  ", "a/b", "a?b", "a b", "hv01:port", "[::1", "::zz", "user@hv01", "C:\\x", "hv01:99999"],
)
def test_what_names_no_host_is_refused(address: str) -> None:
    with pytest.raises(BadInput, match="cannot be used"):
        endpoint_for(address)


@pytest.mark.parametrize("endpoint", ["http://hv01:81/wsman", "https://[fe80::1%25eth0]:5986/wsman"])
def test_an_endpoint_can_be_taken_apart_and_put_together(endpoint: str) -> None:
    address, is_tls, port = address_of(endpoint)
    assert "%25" not in address
    assert endpoint_for(address, is_tls=is_tls, port=port) == endpoint


@pytest.mark.parametrize("transport", ["basic", "certificate"])
def test_a_login_in_the_clear_is_refused(transport: str) -> None:
    with pytest.raises(BadInput, match="without TLS"):
        checked_profile(HostProfile("lab", "http://hv01", "admin", transport))


@pytest.mark.parametrize("transport", ["kerberos", "certificate"])
def test_a_login_that_needs_no_user_may_have_none(transport: str) -> None:
    checked_profile(HostProfile("lab", "https://hv01", "", transport))


def test_this_computer_needs_neither_address_nor_user() -> None:
    profile = checked_profile(HostProfile("here", "whatever", "me", "local"))
    assert (profile.endpoint, profile.user) == ("", "")


def test_a_fingerprint_is_kept_in_its_one_form() -> None:
    profile = checked_profile(HostProfile("lab", "https://hv01", "admin", fingerprint="ab" * 32))
    assert profile.fingerprint == ":".join(["AB"] * 32)


@pytest.mark.parametrize(
    ("endpoint", "fingerprint"), [("https://hv01", "nonsense"), ("http://hv01", "ab" * 32)]
)
def test_a_fingerprint_that_cannot_count_is_refused(endpoint: str, fingerprint: str) -> None:
    with pytest.raises(BadInput, match="fingerprint"):
        checked_profile(HostProfile("lab", endpoint, "admin", fingerprint=fingerprint))


@pytest.mark.parametrize(
    ("address", "name", "endpoint"),
    [
        ("hv01", "hv01", "http://hv01"),
        (" https://hv01:5986/wsman ", "hv01:5986", "https://hv01:5986/wsman"),
        ("[fe80::1]", "[fe80::1]", "http://[fe80::1]"),
    ],
)
def test_an_address_may_be_a_name_or_a_url(address: str, name: str, endpoint: str) -> None:
    made = with_address(HostProfile("", "", "admin"), address)
    assert (made.name, made.endpoint, made.user) == (name, endpoint, "admin")
