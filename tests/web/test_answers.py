"""What every answer has in common: headers, methods, limits, and faults in plain words."""

from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from tests.portal.conftest import Organization
from tui_admin.config import log_file
from tui_admin.rules.errors import StoreError
from tui_admin.store.engine import Store
from tui_admin.web.app import make_app
from tui_admin.web.faults import told

from .conftest import PUBLIC, Site

CONTENT_SECURITY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@pytest.mark.parametrize("path", ["/p/data", "/p/nope", "/", "/style-7a1f5c.css", "/pictures/nope"])
def test_every_answer_carries_the_headers_that_keep_it_safe(site: Site, path: str) -> None:
    headers = site.browser.get(path).headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Set-Cookie" not in headers


def test_without_https_nobody_is_told_to_come_by_it(site: Site) -> None:
    assert "Strict-Transport-Security" not in site.browser.get("http://learn.northwind.example/p/data").headers


def test_pages_are_kept_nowhere_and_load_nothing_from_elsewhere(site: Site) -> None:
    answer = site.browser.get("/p/data")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "http" not in answer.text.replace(PUBLIC, "") and "<script" not in answer.text
    assert '<html lang="en">' in answer.text and "<main" in answer.text and "<h1" in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_other_methods_are_refused(site: Site, method: str) -> None:
    answer = site.browser.request(method, "/p/data")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"] and "That is not done here" in answer.text


def test_heads_have_no_body(site: Site) -> None:
    assert site.browser.head("/p/data").status_code == 200


def test_a_fault_nobody_foresaw_is_written_down_without_the_token(
    site: Site, monkeypatch: pytest.MonkeyPatch, own_folders: object
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("boom")

    monkeypatch.setattr("tui_admin.portal.pictures.shown", fail)
    answer = site.browser.get("/pictures/secret-token")
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.text and "boom" not in answer.text
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY
    assert answer.headers["Cache-Control"] == "no-store" and "Strict-Transport-Security" in answer.headers
    log = log_file().with_name("pages.log").read_text()
    assert "GET /pictures/…: unexpected" in log and "boom" in log and "secret-token" not in log


def test_a_store_that_is_gone_or_busy_is_a_page_too(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert site.browser.get("/p/data").status_code == 200

    def busy(*_: object) -> None:
        raise StoreError("The store /secret/place is busy.")

    monkeypatch.setattr("tui_admin.portal.program_page.public", busy)
    answer = site.browser.get("/p/data")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "One moment, please" in answer.text and "secret" not in answer.text
    assert "Northwind Learning" in answer.text  # as it was last seen


def test_nothing_makes_a_store_anew_where_one_was_taken_away(organization: Organization) -> None:
    path = organization.store.path
    if path is None:
        pytest.skip("a shared store is no file")
    site = Site(organization)
    organization.store.close()
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
    assert site.browser.get("/p/data").status_code == 503
    assert not path.exists()


def test_what_is_asked_cannot_write_lines_of_its_own_into_the_log() -> None:
    scope = {"type": "http", "method": "GET", "path": "/u\n2026 all is well\x1b[2J/token", "headers": []}
    assert told(Request(scope)) == "GET /u 2026 all is well\ufffd[/…"


@pytest.mark.parametrize("address", ["postgresql://127.0.0.1:1/none", "sqlite:///{folder}/no-store.db"])
def test_a_store_that_cannot_be_read_is_said_without_its_place(tmp_path: Path, address: str) -> None:
    (tmp_path / "no-store.db").write_text("something else " * 1000)
    app = make_app(Store(address.format(folder=tmp_path)), lambda: 0)
    answer = TestClient(app, raise_server_exceptions=False).get("/p/data")
    assert (answer.status_code, "One moment, please" in answer.text) == (503, True)
    assert "127.0.0.1" not in answer.text and "no-store" not in answer.text
