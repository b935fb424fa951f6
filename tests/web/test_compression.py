"""What goes over the line is packed, unless that could tell a secret; what arrives is the same."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.compression import pack_files
from app.wiring import Saring
from tests.factories.cases import make_published_case


def unpacked(content: bytes, encoding: str) -> str:
    """Read it as a client does that knows the encoding."""
    return httpx.Response(200, headers={"Content-Encoding": encoding}, content=content).text


@pytest.mark.parametrize("accepted", ["br, gzip", "gzip"])
def test_a_page_arrives_packed_as_the_browser_asks(app: Flask, accepted: str) -> None:
    plain = FlaskClient(app).get("/tentang")
    packed = FlaskClient(app).get("/tentang", headers={"Accept-Encoding": accepted})
    assert packed.headers["Content-Encoding"] == accepted.split(",")[0]
    assert "Accept-Encoding" in ", ".join(packed.headers.getlist("Vary"))
    assert len(packed.data) < len(plain.data) / 2
    assert "<html" in unpacked(packed.data, packed.headers["Content-Encoding"])


def test_a_visitor_with_a_cookie_whom_another_site_sends_gets_a_page_whose_length_tells_nothing(app: Flask) -> None:
    headers = {"Accept-Encoding": "br", "Sec-Fetch-Site": "cross-site"}
    client = FlaskClient(app)
    assert client.get("/tentang", headers=headers).headers.get("Content-Encoding") == "br"
    client.set_cookie("saring", "something")
    assert "Content-Encoding" not in client.get("/tentang", headers=headers).headers


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
@pytest.mark.parametrize("path", ["/umpan.atom", "/umpan.json"])
def test_a_feed_that_did_not_change_is_not_sent_again(app: Flask, saring: Saring, path: str, accepted: str) -> None:
    with saring.database.write() as session:
        make_published_case(session, text="Vaksin tidak diuji")
    headers = {"Accept-Encoding": accepted}
    first = FlaskClient(app).get(path, headers=headers)
    known = headers | {"If-None-Match": first.headers["ETag"]}
    again = FlaskClient(app).get(path, headers=known)
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    with saring.database.write() as session:
        make_published_case(session, text="Garam menangkal petir")
    assert FlaskClient(app).get(path, headers=known).status_code == 200


def test_files_are_packed_once_and_again_when_they_change(tmp_path: Path) -> None:
    sheet, picture = tmp_path / "a.css", tmp_path / "b.png"
    sheet.write_text("p { color: teal }\n" * 100)
    picture.write_bytes(b"\x89PNG" * 100)
    assert pack_files(tmp_path) == 1
    assert pack_files(tmp_path) == 0
    assert gzip.decompress((tmp_path / "a.css.gz").read_bytes()) == sheet.read_bytes()
    assert not (tmp_path / "b.png.br").exists()
    sheet.write_text("p { color: red }\n" * 100)
    os.utime(sheet, (1, 1))
    assert pack_files(tmp_path) == 1
    assert unpacked((tmp_path / "a.css.br").read_bytes(), "br") == sheet.read_text()
