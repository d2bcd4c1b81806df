"""The network, and what is done with it. Before any of it: what the HTTP libraries need not look for."""

import sys
from importlib.util import find_spec

# httpx brings a command line of its own, and with it click, rich and pygments: 5 MB of every crawl. None says
# that there is none, which httpx understands.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # the documented way to say so

# httpcore asks at every step of a connection whether sniffio is there. Where it is not, the import
# system searches the disk each time, which was a tenth of a crawl; None says "no" at once.
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]  # the documented way to say so
