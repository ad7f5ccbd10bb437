"""For all tests: Qt draws off screen unless the environment says otherwise; what needs a real host runs only with one."""

import os

import pytest

from tests.live import options

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_addoption(parser: pytest.Parser) -> None:
    options.add_options(parser)


def pytest_report_header(config: pytest.Config) -> list[str]:
    return options.header(config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    options.deselect(config, items)
