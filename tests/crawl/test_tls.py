"""TLS is for the name that is asked for, whatever address it is asked at, and without a certificate nobody is believed."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from scraper.crawl.network import Resolver, vetted_transport
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
    with serving({"/": answer(b"over TLS")}) as found:
        found.socket = context.wrap_socket(found.socket, server_side=True)
        yield found


def get(server: Server, tls: ssl.SSLContext | None, host: str = HOST) -> bytes:
    async def fetch() -> bytes:
        transport = vetted_transport(any_address=False, resolver=Here(), tls=tls)
        async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
            return (await client.get(f"https://{host}:{server.address[1]}/")).content

    return asyncio.run(fetch())


def test_a_page_comes_over_tls(server: Server, certificate: Path) -> None:
    assert get(server, ssl.create_default_context(cafile=str(certificate))) == b"over TLS"


def test_a_certificate_of_nobody_known_is_not_believed(server: Server) -> None:
    with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
        get(server, None)

    assert server.requests == []


def test_a_certificate_for_another_name_is_not_believed(server: Server, certificate: Path) -> None:
    with pytest.raises(httpx.ConnectError, match="certificate is not valid for"):
        get(server, ssl.create_default_context(cafile=str(certificate)), host="www.ha.chinanews.com.cn")

    assert server.requests == []
