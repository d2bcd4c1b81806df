"""Pings around a crawl: they are sent, they never hold anything up, and their address stays secret."""

import time

import pytest

from scraper.crawl.healthcheck import Healthcheck
from scraper.errors import AlreadyRunning
from tests.servers import Request, Server, answer, serving


def paths(server: Server) -> list[str]:
    return sorted(request.path for request in server.requests)


def test_start_and_exit_code_are_told() -> None:
    with serving({}) as server:
        host, port = server.address
        with Healthcheck(f"http://{host}:{port}/ping/secret/", 5) as health:
            health.ended(3)

        assert paths(server) == ["/ping/secret/3", "/ping/secret/start"]


def test_error_is_told_by_its_code() -> None:
    with serving({}) as server:
        host, port = server.address
        with pytest.raises(AlreadyRunning), Healthcheck(f"http://{host}:{port}/p", 5):
            raise AlreadyRunning("another crawl is running")

        assert "/p/75" in paths(server)


def test_without_an_address_nothing_is_sent(capsys: pytest.CaptureFixture[str]) -> None:
    with Healthcheck("", 5) as health:
        health.ended(0)

    assert capsys.readouterr().err == ""  # a message that reaches nobody is complained of


def test_monitor_that_hangs_holds_nothing_up(capsys: pytest.CaptureFixture[str]) -> None:
    def hang(connection: object, request: Request) -> None:
        time.sleep(3)

    with serving({"/p/start": hang, "/p/0": hang}) as server:
        host, port = server.address
        began = time.monotonic()
        with Healthcheck(f"http://{host}:{port}/p", 0.3) as health:
            inside = time.monotonic() - began
            health.ended(0)
        whole = time.monotonic() - began

    assert inside < 0.2
    assert whole < 2


def test_trouble_is_one_line_without_the_address(capsys: pytest.CaptureFixture[str]) -> None:
    with serving({"/secret/start": answer(status=500)}) as server:
        host, port = server.address
        with Healthcheck(f"http://{host}:{port}/secret", 2):
            pass
    with Healthcheck("http://127.0.0.1:9/secret", 2):
        pass

    said = capsys.readouterr().err
    assert "answers 500" in said and "could not be told" in said
    assert "secret" not in said
