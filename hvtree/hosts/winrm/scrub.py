"""Foreign errors without what they hold on to: frames and requests, in which a password or a login header may lie."""

from __future__ import annotations


def scrubbed(error: BaseException) -> BaseException:
    """Return an error, and with it all those behind it, without frames and requests; their texts stay as they are.

    Tools that print the variables of a traceback would else show the header of a Basic login, which is a password in
    base64.
    """
    ahead: list[BaseException | None] = [error]
    seen: set[int] = set()
    while ahead:
        each = ahead.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        ahead += [each.__cause__, each.__context__]
        each.__traceback__ = None
        for name in ("request", "response"):
            if hasattr(each, name):
                setattr(each, name, None)
    return error
