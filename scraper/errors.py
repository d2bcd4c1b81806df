"""Every error this program raises on purpose.

ScraperError
├── UsageError            exit 2    the command line asks for something that is not there
├── PageError             exit 65   a page can't be read as what it should be
│   ├── UndecodablePage             not text at all (PDF, picture, empty)
│   ├── HostilePage                 absurd markup, refused before parsing
│   ├── NotAnArticle                a listing, an error page, a frame
│   ├── MissingField                an article without title, date or body
│   └── NothingListed               a listing without a single article link
├── UnreadableInput       exit 65   a file to import is damaged, foreign or lies about itself
├── FetchError                      one address could not be fetched
│   ├── Forbidden                   robots.txt says no, or cannot be read
│   ├── Refused                     the address or a redirect leaves the allowed hosts
│   ├── TemporaryFailure            5xx, 429, time-out, connection broken: try again later
│   ├── Gone                        404 or 410
│   ├── SoftGone                    status 200, and a page that says there is none
│   ├── BadStatus                   any other status that is not a page
│   └── BadBody                     too large, truncated, mislabelled
├── ArchiveError                    the database can't be used
│   ├── NoArchive         exit 2    there is none at that path
│   ├── ArchiveTooNew     exit 78   made by a newer version
│   ├── ArchiveLocked     exit 75   another program is writing
│   ├── ArchiveReadOnly   exit 78   the file or folder can't be written
│   ├── ArchiveDamaged    exit 6    SQLite finds it malformed, or it is another file
│   └── DiskFull          exit 7
├── AlreadyRunning        exit 75   another crawl holds the archive
└── ConfigError           exit 78   missing contact, bad value

Each carries a slug (what `status` counts), the URL it is about where there is
one, and the exit code a command ends with when it reaches the top.
"""


class ScraperError(Exception):
    slug = "error"
    exit_code = 1

    def __init__(self, message: str, *, url: str = "") -> None:
        super().__init__(message)
        self.url = url


class UsageError(ScraperError):
    slug = "usage"
    exit_code = 2


class PageError(ScraperError):
    slug = "page"
    exit_code = 65


class UndecodablePage(PageError):
    slug = "undecodable"


class HostilePage(PageError):
    slug = "hostile"


class NotAnArticle(PageError):
    slug = "not-an-article"


class MissingField(PageError):
    slug = "missing-field"

    def __init__(self, field: str, *, url: str = "") -> None:
        super().__init__(f"the page has no {field}", url=url)
        self.field = field
        self.slug = f"missing-{field}"


class NothingListed(PageError):
    slug = "nothing-listed"


class UnreadableInput(ScraperError):
    slug = "unreadable-input"
    exit_code = 65


class FetchError(ScraperError):
    slug = "fetch"
    exit_code = 5


class Forbidden(FetchError):
    slug = "robots"

    def __init__(self, message: str, *, url: str = "", rule: str = "", whole_host: bool = False) -> None:
        super().__init__(message, url=url)
        self.rule = rule
        """The line of robots.txt that decided, with its number; "" when there was none to read."""
        self.whole_host = whole_host


class Refused(FetchError):
    slug = "refused"


class TemporaryFailure(FetchError):
    slug = "temporary"

    def __init__(
        self,
        message: str,
        *,
        url: str = "",
        retry_after: float | None = None,
        slug: str = "temporary",
    ) -> None:
        super().__init__(message, url=url)
        self.retry_after = retry_after
        self.slug = slug


class Gone(FetchError):
    slug = "gone"


class SoftGone(FetchError):
    slug = "soft-404"


class BadStatus(FetchError):
    slug = "bad-status"


class BadBody(FetchError):
    slug = "bad-body"


class ArchiveError(ScraperError):
    slug = "archive"


class NoArchive(ArchiveError):
    slug = "no-archive"
    exit_code = 2


class ArchiveTooNew(ArchiveError):
    slug = "archive-too-new"
    exit_code = 78


class ArchiveLocked(ArchiveError):
    slug = "archive-locked"
    exit_code = 75


class ArchiveReadOnly(ArchiveError):
    slug = "archive-read-only"
    exit_code = 78


class ArchiveDamaged(ArchiveError):
    slug = "archive-damaged"
    exit_code = 6


class DiskFull(ArchiveError):
    slug = "disk-full"
    exit_code = 7


class AlreadyRunning(ScraperError):
    slug = "already-running"
    exit_code = 75


class ConfigError(ScraperError):
    slug = "config"
    exit_code = 78
