"""The article of a page and what it states about itself."""

from datetime import date

import pytest

from intake.fetching import Fetched
from intake.pages import page_text

ARTICLE = """<!doctype html><html lang="id"><head><title>Air lemon dan kanker | Berita</title>
<link rel="canonical" href="https://berita.id/lemon"><meta property="og:image" content="/gambar/lemon.jpg">
<meta property="og:title" content="Air lemon dan kanker"><meta property="og:site_name" content="Berita">
<meta property="article:published_time" content="2020-03-24T08:00:00+07:00"></head>
<body><nav><a href="/">Beranda</a> <a href="/politik">Politik</a></nav><article><h1>Air lemon dan kanker</h1>
<p>Pesan berantai menyebut air lemon hangat dapat menyembuhkan segala jenis kanker. Dokter spesialis onkologi menegaskan
bahwa klaim itu tidak memiliki bukti ilmiah dan dapat membuat pasien menunda pengobatan yang benar.</p>
<p>Masyarakat diminta memeriksa informasi kesehatan kepada tenaga medis sebelum meneruskannya ke grup keluarga.</p>
</article><footer>Hak cipta Berita</footer><script>alert(1)</script></body></html>"""


def test_the_article_comes_without_its_surroundings() -> None:
    page = page_text(Fetched("https://berita.id/lemon?utm_source=wa", "text/html", ARTICLE.encode()))
    assert page.title == "Air lemon dan kanker"
    assert "tidak memiliki bukti ilmiah" in page.text
    assert "Beranda" not in page.text
    assert "alert" not in page.text
    assert page.published_on == date(2020, 3, 24)
    assert page.canonical_url == "https://berita.id/lemon"
    assert page.image_url == "https://berita.id/gambar/lemon.jpg"
    assert page.site_name == "Berita"


def test_plain_text_is_its_own_article() -> None:
    page = page_text(Fetched("https://berita.id/a.txt", "text/plain", b"Air lemon \x00 <b>"))
    assert page.text == "Air lemon"
    assert page.canonical_url == "https://berita.id/a.txt"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\xff\xfe" * 100,
        b"<" * 10_000,
        b"<div>" * 20_000,
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><p>&x;</p></html>',
        b'<html><head><link rel=canonical href="javascript:alert(1)"><meta property="og:image" content="data:x">',
    ],
)
def test_rubbish_gives_an_empty_page(body: bytes) -> None:
    page = page_text(Fetched("https://berita.id/", "text/html", body))
    assert "root:" not in page.text
    assert page.canonical_url == "https://berita.id/"
    assert page.image_url == ""
