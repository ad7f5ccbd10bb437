"""What is remembered of hosts: found, replaced and forgotten by name."""

from hvtree.app.settings import Settings
from hvtree.domain.host_profile import HostProfile


def test_a_profile_is_found_whatever_its_letter_case() -> None:
    settings = Settings((HostProfile("Lab", "http://hv01", "admin"),))
    assert settings.profile("lAB") == settings.hosts[0]


def test_a_profile_takes_the_place_of_the_one_of_its_name() -> None:
    settings = Settings().with_profile(HostProfile("lab", "http://hv01", "a"))
    settings = settings.with_profile(HostProfile("LAB", "http://hv02", "b"))
    assert [host.user for host in settings.hosts] == ["b"]


def test_a_profile_can_be_forgotten() -> None:
    settings = Settings((HostProfile("lab", "http://hv01", "admin"),))
    assert settings.without_profile("LAB").hosts == ()


def test_a_forgotten_profile_is_not_opened_again() -> None:
    settings = Settings((HostProfile("Lab", "http://hv01", "admin"),), open_hosts=("Lab", "other"))
    assert settings.without_profile("lab").open_hosts == ("other",)
