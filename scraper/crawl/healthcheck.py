"""Telling a monitor that a crawl began and how it ended; only at the end a crawl waits for it, and briefly.

The addresses are those of the usual services: `<url>/start`, and at the end
`<url>/<exit code>`. What goes wrong is said in one line and changes nothing.
"""

import sys
import threading
from types import TracebackType

import httpx

from scraper.errors import ScraperError


class Healthcheck:
    """Pings around a crawl, each in a thread that nobody joins for longer than `seconds`. Without an address, nothing."""

    def __init__(self, url: str, seconds: float) -> None:
        self._url = url.rstrip("/")
        self._seconds = seconds
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> "Healthcheck":
        self._ping("start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self.ended(error.exit_code if isinstance(error, ScraperError) else 1)
        for thread in self._threads:
            thread.join(self._seconds)

    def ended(self, exit_code: int) -> None:
        self._ping(str(exit_code))

    def _ping(self, what: str) -> None:
        if not self._url:
            return
        thread = threading.Thread(target=self._get, args=(what,), name=f"healthcheck-{what}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _get(self, what: str) -> None:
        try:
            with httpx.Client(timeout=self._seconds, trust_env=False, follow_redirects=False) as client:
                answer = client.get(f"{self._url}/{what}")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # The address is a secret of the keeper's: it is not printed.
            print(f"scraper: the healthcheck could not be told: {type(error).__name__}", file=sys.stderr)
            return
        if answer.status_code >= 400:
            print(f"scraper: the healthcheck answers {answer.status_code}", file=sys.stderr)
