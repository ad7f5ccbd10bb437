"""Qt loaded without what describes it to programmers: it is there as soon as somebody uses it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from hvtree.ui.qt_loading import OPTION

PLAINLY = "import PySide6.QtCore"
BY_HVTREE = "from hvtree.ui.qt_loading import load_qt; load_qt()"
USES = {
    "too many arguments": """
from PySide6.QtCore import QTimer
try:
    QTimer().start(1, 2, 3)
except TypeError as error:
    print(error)
""",
    "arguments of a wrong type": """
from PySide6.QtCore import QTimer
try:
    QTimer().start([])
except TypeError as error:
    print(error)
""",
    "an unknown property": """
from PySide6.QtCore import QObject
try:
    QObject(objectNam="x")
except AttributeError as error:
    print(error)
""",
    "the help": """
from PySide6.QtCore import QTimer
print(QTimer.start.__doc__)
print(len.__doc__)
""",
    "a signature": """
from PySide6.QtCore import QObject
from PySide6.support.signature import get_signature
print(get_signature(QObject), get_signature(QObject.setObjectName))
""",
    "the stubs": """
from PySide6.support.signature.lib import enum_sig, pyi_generator
print(enum_sig.ExactEnumerator.__name__, pyi_generator.main.__name__, pyi_generator.__file__)
""",
    "a name that is not there": """
from PySide6.support.signature import layout
try:
    layout.nothing
except AttributeError as error:
    print(type(error).__name__)
""",
    "a snake": """
import sys
from PySide6.support import feature
from PySide6.QtCore import QObject
print(feature.info(), hasattr(QObject, "set_object_name"))
""",
    "two threads": """
import threading
from PySide6.support.signature import layout, parser
together, found = threading.Barrier(2), []
def use(module, name):
    together.wait()
    found.append(hasattr(module, name))
threads = [threading.Thread(target=use, args=each) for each in ((layout, "create_signature"), (parser, "pyside_type_init"))]
for each in threads:
    each.start()
for each in threads:
    each.join()
print(found)
""",
}
IS_LOADED = "import sys; print('create_signature' in vars(sys.modules['shibokensupport.signature.layout']))"
FAILS_ONCE = """
import sys
from PySide6.QtCore import QTimer
class Interrupted(BaseException):
    pass
def interrupt(frame, event, _value):
    if event == "line" and frame.f_code.co_filename.startswith("shibokensupport") and frame.f_code.co_name == "<module>":
        sys.settrace(None)
        raise Interrupted
    return interrupt
sys.settrace(interrupt)
try:
    QTimer.start.__doc__
except Interrupted:
    pass
sys.settrace(None)
try:
    QTimer().start([])
except TypeError as error:
    print(error)
"""
FINDERS = """
import sys
before = sys.meta_path
kept = [*before]
{load}
assert sys.meta_path is before, sys.meta_path
assert sys.meta_path == kept, sys.meta_path
import json.tool, types
assert isinstance(json.tool, types.ModuleType)
"""


@pytest.mark.parametrize("use", USES.values(), ids=USES.keys())
def test_all_that_it_brings_is_as_it_would_have_been(use: str) -> None:
    assert lines(f"{BY_HVTREE}\n{use}") == lines(f"{PLAINLY}\n{use}")


def test_imports_are_python_s_own_again() -> None:
    assert (
        said(f"import builtins\n{BY_HVTREE}\nprint(builtins.__import__ is builtins.__orig_import__)")
        == "True\n"
    )


def test_the_finders_of_modules_are_as_before() -> None:
    said(FINDERS.format(load=BY_HVTREE))


def test_where_qt_is_loaded_already_nothing_changes() -> None:
    assert said(f"{BY_HVTREE}\n{IS_LOADED}") == "False\n"
    assert said(f"{PLAINLY}\n{BY_HVTREE}\n{IS_LOADED}") == "True\n"


def test_whoever_has_set_an_option_of_pyside_has_it_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OPTION, "1")
    assert said(f"{BY_HVTREE}\n{IS_LOADED}") == "True\n"


def test_what_has_failed_to_load_is_tried_again() -> None:
    assert lines(f"{BY_HVTREE}\n{FAILS_ONCE}") == lines(f"{PLAINLY}\n{FAILS_ONCE}")


def lines(script: str) -> list[str]:
    """Return what Python prints to a script, line by line: PySide6 6.8 itself names signatures in another order each time."""
    return sorted(said(script).splitlines())


def said(script: str) -> str:
    """Return what Python prints to a script."""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout
