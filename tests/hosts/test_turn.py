"""Who works when: threads that decode, and the window."""

import threading

from hvtree.hosts.turn import Turn
from tests.support.waiting import FOR_EVER_S, WAIT_S

A_WHILE_S = 0.05


class Decoder:
    """A thread that decodes something in its turn."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._decodes = threading.Event()
        self._may_end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def has_begun(self, within_s: float = WAIT_S) -> bool:
        return self._decodes.wait(within_s)

    def end(self) -> None:
        self._may_end.set()
        self._thread.join()

    def _run(self) -> None:
        with self._turn:
            self._decodes.set()
            self._may_end.wait(FOR_EVER_S)


def test_one_decodes_at_a_time() -> None:
    turn = Turn(long_patience_s=FOR_EVER_S)
    first = Decoder(turn)
    assert first.has_begun()
    second = Decoder(turn)
    assert not second.has_begun(A_WHILE_S)
    first.end()
    assert second.has_begun()
    second.end()


def test_none_begins_while_the_window_is_at_something() -> None:
    turn = Turn(patience_s=FOR_EVER_S)
    turn.hold()
    turn.hold()
    waiting = Decoder(turn)
    turn.let_go()
    assert turn.is_held
    assert not waiting.has_begun(A_WHILE_S)
    turn.let_go()
    assert waiting.has_begun()
    waiting.end()


def test_one_that_has_begun_gives_way_when_it_can() -> None:
    turn = Turn(patience_s=FOR_EVER_S)
    begun, may_give_way, goes_on = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        with turn:
            begun.set()
            may_give_way.wait(FOR_EVER_S)
            turn.give_way()
            goes_on.set()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert begun.wait(WAIT_S)
    turn.hold()
    may_give_way.set()
    assert not goes_on.wait(A_WHILE_S)
    turn.let_go()
    assert goes_on.wait(WAIT_S)
    thread.join()


def test_a_window_that_never_lets_go_holds_nobody_up_for_ever() -> None:
    turn = Turn(patience_s=0)
    turn.hold()
    decoder = Decoder(turn)
    assert decoder.has_begun()
    decoder.end()
