"""Saring as an app: a manifest that telephones take, a worker of our own, and a place in the share menu."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from PIL import Image

from tests.fakes.searcher import FakeSearcher
from tests.web.checking_client import CheckingClient


def test_the_manifest_names_icons_that_exist_and_the_share_target(client: CheckingClient) -> None:
    manifest = client.get("/saring.webmanifest")
    assert manifest.mimetype == "application/manifest+json"
    assert manifest.json
    for icon in manifest.json["icons"]:
        with client.get(icon["src"]) as answer:
            picture = Image.open(BytesIO(answer.data))
        assert f"{picture.width}x{picture.height}" == icon["sizes"]
    target = manifest.json["share_target"]
    assert (target["action"], target["method"]) == ("/bagikan", "POST")


def test_the_worker_is_asked_for_anew_and_keeps_files_that_exist(client: CheckingClient) -> None:
    answer = client.get("/sw.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    kept = answer.text.split("const KEPT = [")[1].split("]")[0]
    for path in kept.replace('"', "").split(", "):
        with client.get(path) as file:
            assert file.status_code == 200, path


def test_what_is_shared_is_answered_without_a_form_token(guarded_app: Flask, searcher: FakeSearcher) -> None:
    shared = {"title": "Diteruskan", "text": "Bawang putih menyembuhkan", "url": ""}
    answer = guarded_app.test_client().post("/bagikan", data=shared)
    assert answer.status_code == 200
    assert searcher.questions == ["Diteruskan\nBawang putih menyembuhkan"]


def test_shared_pictures_are_taken_in(guarded_app: Flask) -> None:
    picture = BytesIO()
    Image.new("RGB", (40, 40), "white").save(picture, "PNG")
    picture.seek(0)
    answer = guarded_app.test_client().post("/bagikan", data={"text": "Lihat ini", "images": (picture, "a.png")})
    assert answer.status_code == 303
    assert answer.location.startswith("/periksa/gambar/")


def test_nothing_shared_is_no_question(client: CheckingClient) -> None:
    assert client.post("/bagikan", data={"text": " "}).status_code == 400


@pytest.mark.parametrize("text", ["a" * 30_000, "a\x00b"])
def test_what_cannot_be_checked_is_said(client: CheckingClient, text: str) -> None:
    assert client.post("/bagikan", data={"text": text}).status_code == 422


def test_without_a_connection_there_is_a_page(client: CheckingClient) -> None:
    assert "Tidak ada sambungan" in client.get("/luring").text
