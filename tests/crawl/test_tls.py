"""TLS is for the name that is asked for, whatever address it is asked at, and without a certificate nobody is believed."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scraper.crawl.fetch import Fetcher
from scraper.crawl.network import Connections, Resolver, trusted
from scraper.errors import TemporaryFailure
from scraper.models import Capture
from tests.servers import Server, answer, serving

HOST = "www.tj.chinanews.com.cn"
pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="certificates are made with openssl")


class Here(Resolver):
    """Every name is a server of this test's."""

    async def address(self, host: str, port: int) -> str:
        return "127.0.0.1"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a host of theirs, signed by nobody; its key beside it."""
    folder = tmp_path_factory.mktemp("tls")
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    made += ["-subj", "/CN=test", "-addext", f"subjectAltName=DNS:{HOST}", "-days", "2"]
    subprocess.run([*made, "-keyout", folder / "key", "-out", folder / "certificate"], check=True, capture_output=True)
    return folder / "certificate"


@pytest.fixture
def server(certificate: Path) -> Iterator[Server]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, certificate.with_name("key"))
    with serving({"/": answer(b"over TLS"), "/long": answer(b"x" * 1_000_000)}) as found:
        found.socket = context.wrap_socket(found.socket, server_side=True)
        yield found


def get(server: Server, tls: Callable[[], ssl.SSLContext], path: str = "/", host: str = HOST) -> Capture:
    async def anyone(url: str) -> None:
        """No robots.txt."""

    async def fetch() -> Capture:
        async with Fetcher("agent", connections=Connections(resolver=Here(), tls=tls)) as fetcher:
            return await fetcher.fetch(f"https://{host}:{server.address[1]}{path}", permit=anyone)

    return asyncio.run(fetch())


@pytest.mark.parametrize(("path", "body"), [("/", b"over TLS"), ("/long", b"x" * 1_000_000)])
def test_a_page_comes_over_tls(server: Server, certificate: Path, path: str, body: bytes) -> None:
    capture = get(server, lambda: ssl.create_default_context(cafile=str(certificate)), path)

    assert (capture.body, capture.peer) == (body, "127.0.0.1")


def test_a_certificate_of_nobody_known_is_not_believed(server: Server) -> None:
    with pytest.raises(TemporaryFailure, match="certificate verify failed") as caught:
        get(server, trusted)

    assert caught.value.slug == "connect"
    assert server.requests == []


def test_a_certificate_for_another_name_is_not_believed(server: Server, certificate: Path) -> None:
    with pytest.raises(TemporaryFailure, match="certificate is not valid for"):
        get(server, lambda: ssl.create_default_context(cafile=str(certificate)), host="www.ha.chinanews.com.cn")

    assert server.requests == []
