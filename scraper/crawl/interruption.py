"""A signal that comes when nothing of worth can be lost any more."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class _Enough(BaseException):
    """It came."""


@contextmanager
def ends_at_a_signal() -> Iterator[None]:
    """What is inside ends at the first signal, with what is half done undone, and the process at the second."""

    def stop(number: int, _: object) -> None:
        for each in before:
            signal.signal(each, lambda again, _: os._exit(128 + again))
        raise _Enough

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    try:
        for number in before:
            signal.signal(number, stop)
        with suppress(_Enough):
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
