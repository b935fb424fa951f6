"""Made-up values for the style guide, which shows every component in every state without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

from app.presenters.fact_checks import CardView, SourceView
from app.presenters.hits import DifferenceView, HitView, likeness_view
from app.presenters.verdicts import verdict_view

MESSAGE = (
    "Sebarkan!! Mulai tanggal 1 pemerintah membagikan bantuan Rp1.500.000 lewat tautan ini. "
    "Cukup isi nomor rekening dan NIK. Jangan sampai terlewat, sudah banyak yang cair!"
)
LONG_WORD = "mempertanggungjawabkanketidakbertanggungjawabannyadenganmenyamaratakan-selamanya"
"""80 characters without a place to break: the longest word that a layout must survive."""

MOMENT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)

CARD = CardView(
    title="Tautan pendaftaran bantuan Rp1,5 juta bukan dari pemerintah",
    href="#card",
    verdict=verdict_view("false"),
    published_on=date(2026, 11, 12),
    source="Saring",
    summary="Tautan itu mengambil data rekening. Bantuan resmi tidak pernah didaftarkan lewat pesan berantai.",
)

SOURCE = SourceView(
    title="Kementerian Sosial: bantuan sosial tidak didaftarkan lewat tautan pesan",
    url="https://example.org/klarifikasi",
    quote="Kami tidak pernah meminta nomor rekening melalui tautan di pesan berantai.",
    archive_url="https://example.org/arsip",
    retrieved_on=date(2026, 11, 11),
    supports="Membantah klaim",
)

DIFF = (
    (
        ("same", "Bantuan sebesar "),
        ("fact", "Rp1.500.000"),
        ("same", " cair "),
        ("removed", "besok pagi"),
        ("same", "."),
    ),
    (
        ("same", "Bantuan sebesar "),
        ("fact", "Rp600.000"),
        ("same", " cair "),
        ("added", "setiap tiga bulan"),
        ("same", "."),
    ),
)

QUEUE_CASE = SimpleNamespace(
    href="#case",
    title=MESSAGE,
    state="Sedang diperiksa",
    tone="violet",
    waiting_since=MOMENT,
    demand=14,
    reasons=("Banyak yang bertanya", "Menyebar cepat", "Kurang satu penilaian"),
    assessments=2,
    wanted=3,
    held_by="Sari",
)


def sample_hit() -> HitView:
    """Return a hit with every part filled in."""
    return HitView(
        key="contoh",
        title=CARD.title,
        href="#hit",
        verdict=verdict_view("false"),
        published_on=CARD.published_on,
        source="TurnBackHoax",
        excerpt=CARD.summary,
        likeness=likeness_view(0.93),
        means="Artinya sama dan memakai kata-kata yang sama.",
        passage=MESSAGE[:118],
        terms=("pemerintah", "bantuan", "tautan"),
        differences=(DifferenceView("Nominal berbeda: “Rp1.500.000” di pesan Anda, “Rp600.000” di hasil cek."),),
    )
