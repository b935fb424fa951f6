"""Made-up values for the style guide, which shows every component in every state without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime

from app.presenters.fact_checks import CardView, SourceView
from app.presenters.hits import DifferenceView, HitView, likeness_view
from app.presenters.queue import QueueCardView
from app.presenters.verdicts import verdict_view

MESSAGE = (
    "Sebarkan!! Mulai tanggal 1 pemerintah membagikan bantuan Rp1.500.000 lewat tautan ini. "
    "Cukup isi nomor rekening dan NIK. Jangan sampai terlewat, sudah banyak yang cair!"
)
LONG_WORD = "mempertanggungjawabkanketidakbertanggungjawabannyadenganmenyamaratakanselamanya!"
"""80 characters without a place to break: the longest word that a layout must survive."""

MOMENT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)

TITLE = "Tautan pendaftaran bantuan Rp1,5 juta bukan dari pemerintah"
SUMMARY = "Tautan itu mengambil data rekening. Bantuan resmi tidak pernah didaftarkan lewat pesan berantai."

SOURCE = SourceView(
    title="Kementerian Sosial: bantuan sosial tidak didaftarkan lewat tautan pesan",
    url="https://example.org/klarifikasi",
    quote="Kami tidak pernah meminta nomor rekening melalui tautan di pesan berantai.",
    archive_url="https://example.org/arsip",
    retrieved_on=date(2026, 11, 11),
    supports="Membantah klaim",
)

MESSAGE_SIDE = (("same", "Bantuan "), ("fact", "Rp1.500.000"), ("same", " cair "), ("removed", "besok pagi"))
CHECK_SIDE = (("same", "Bantuan "), ("fact", "Rp600.000"), ("same", " cair "), ("added", "tiap tiga bulan"))

QUEUE_CASE = QueueCardView(
    href="#queue",
    public_id="contoh",
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

REPORTS_BY_DAY = tuple((str(day), (day * 37) % 23 + day) for day in range(1, 15))


def sample_card() -> CardView:
    """Return a fact-check in a list."""
    return CardView(TITLE, "#cards", verdict_view("false"), date(2026, 11, 12), "Saring", SUMMARY)


def sample_hit() -> HitView:
    """Return a hit with every part filled in."""
    return HitView(
        key="contoh",
        title=TITLE,
        href="#hits",
        verdict=verdict_view("false"),
        published_on=date(2026, 11, 12),
        source="TurnBackHoax",
        excerpt=SUMMARY,
        likeness=likeness_view(0.93),
        means="Maksudnya sama dan kata-katanya pun sama.",
        passage=MESSAGE[:112],
        terms=("pemerintah", "bantuan", "tautan"),
        differences=(DifferenceView("Perbedaan jumlah uang: “Rp1.500.000” di pesan, “Rp600.000” di hasil cek."),),
    )
