"""The signals by which a person, a terminal or a supervisor asks the program to end, for window and terminal alike."""

from __future__ import annotations

import signal

_TYPED = ("SIGINT", "SIGQUIT", "SIGBREAK")
_SENT = ("SIGTERM", "SIGHUP")


def typed_signals() -> tuple[signal.Signals, ...]:
    """Return those that keys send: Ctrl+C, and Ctrl+\\ or, on Windows, Ctrl+Break."""
    return _known(_TYPED)


def end_signals() -> tuple[signal.Signals, ...]:
    """Return all that are to be heard now: not the end of the terminal behind nohup, which ignores it; Windows has none."""
    hangup = getattr(signal, "SIGHUP", None)
    is_behind_nohup = hangup is not None and signal.getsignal(hangup) == signal.SIG_IGN
    return tuple(each for each in _known((*_TYPED, *_SENT)) if not (is_behind_nohup and each == hangup))


def _known(names: tuple[str, ...]) -> tuple[signal.Signals, ...]:
    return tuple(signal.Signals(getattr(signal, name)) for name in names if hasattr(signal, name))
