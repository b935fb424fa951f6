"""Personal numbers and addresses are hidden; what makes a claim checkable is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.redaction import find_personal_data, redact


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Hubungi 0812-3456-7890 ya", "Hubungi [nomor telepon] ya"),
        ("WA +62 812 3456 7890.", "WA [nomor telepon]."),
        ("kantor (021) 5551234", "kantor [nomor telepon]"),
        ("kantor 021-5551234", "kantor [nomor telepon]"),
        ("0812 3456 7890 0813 1111 2222", "[nomor telepon] [nomor telepon]"),
        ("0812-3456-7890 / 0813-1111-2222", "[nomor telepon] / [nomor telepon]"),
        ("0 8 1 2 3 4 5 6 7 8 9 0", "[nomor telepon]"),
        ("０８１２３４５６７８９０", "[nomor telepon]"),
        ("0812\u200b3456\u200b7890", "[nomor telepon]"),
        ("wa081234567890", "wa[nomor telepon]"),
        ("telp 5229876", "telp [nomor telepon]"),
        ("call +60 12-345 6789", "call [nomor telepon]"),
        ("https://wa.me/6281234567890?text=hai", "https://wa.me/[nomor telepon]?text=hai"),
        ("https://api.whatsapp.com/send?phone=6281234567890", "https://api.whatsapp.com/send?phone=[nomor telepon]"),
        ("kirim ke budi.s+1@mail.example.co.id sekarang", "kirim ke [alamat e-mail] sekarang"),
        ("NIK 3174012505900001", "NIK [NIK]"),
        ("3174016505900001", "[NIK]"),
        ("ktp saya 1234567890123456", "ktp saya [NIK]"),
        ("No. KK: 3174012505900001", "No. KK: [nomor KK]"),
        ("01.234.567.8-901.000", "[NPWP]"),
        ("npwp: 012345678901000", "npwp: [NPWP]"),
        ("kartu 4111 1111 1111 1111", "kartu [nomor kartu]"),
        ("transfer ke rek BCA 1234567890", "transfer ke rek BCA [nomor rekening]"),
        ("BNI no. 123-456-7890", "BNI no. [nomor rekening]"),
        ("1234567890 a.n. Siti", "[nomor rekening] a.n. Siti"),
    ],
)
def test_a_personal_number_becomes_a_typed_mark(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "Halo Kemenkes 1500-567, polisi 110, ambulans 119, SAPA 129, OJK 157 atau 081157157157",
        "WhatsApp OJK 081-157-157-157, Kemenkes 1500 567, aduan 0811-9224-545",
        "call 14045 atau 0800-1-234567",
        "rekening berisi Rp 10.000.000",
        "rekening 10.000.000",
        "harga 1.000.000.000 rupiah",
        "tanggal 08-12-2020 10.30 dan 2020-08-12",
        "tahun 2019-2024 2020 2021 2022",
        "No. resi 1234567890123",
        "ISBN 978-602-03-1234-5",
        "https://contoh.id/foto?id=3174012505900001",
        "https://medium.com/@nama/tulisan",
        "kode A12345678901",
        "3,5 juta vaksin untuk 62 kota",
    ],
)
def test_what_is_nobodys_stays(text: str) -> None:
    assert redact(text) == text


@given(st.text(alphabet="0123456789 +-.()/@abrekWA:", max_size=200))
def test_what_is_left_is_what_was_there(text: str) -> None:
    findings = find_personal_data(text)
    edges = [edge for finding in findings for edge in (finding.start, finding.end)]
    assert edges == sorted(edges)
    kept = redact(text)
    for finding in findings:
        kept = kept.replace(finding.kind, "", 1)
    hidden = sum(finding.end - finding.start for finding in findings)
    assert len(kept) == len(text) - hidden


@given(st.from_regex(r"08[1-9][0-9]-[0-9]{4}-[0-9]{3,4}", fullmatch=True))
def test_no_mobile_number_gets_through(number: str) -> None:
    assert number not in redact(f"Transfer sebelum jam 12 lalu kabari {number} segera")
