"""What a run of digits is: a telephone, identity, tax, card or account number, or nothing personal at all."""

from __future__ import annotations

import re
from enum import StrEnum

import phonenumbers


class Kind(StrEnum):
    """What was found. The value is the mark that takes its place, in the language of nearly all reports."""

    PHONE = "[nomor telepon]"
    EMAIL = "[alamat e-mail]"
    NIK = "[NIK]"
    FAMILY_CARD = "[nomor KK]"
    TAX_NUMBER = "[NPWP]"
    CARD = "[nomor kartu]"
    ACCOUNT = "[nomor rekening]"


PUBLIC_NUMBERS = frozenset(
    {
        "081281562620",  # Ministry of Health, text messages
        "081157157157",  # OJK, WhatsApp
        "08111129129",  # SAPA 129, violence against women and children
        "081133399000",  # Government COVID-19 chat
        "08119224545",  # Ministry of Communication, reports of unlawful content
        "085921600500",  # MAFINDO, hoax tip line
    }
)
"""Published numbers of public bodies, digits only, in national form."""

_SERVICE_NUMBER = re.compile(r"1\d{2}|14\d{3}|1500\d{3}|0800\d{6,8}")
"""Emergency and call-centre numbers: 110, 119, 129, 14045, 1500567 (Ministry of Health), toll-free 0800."""

FEWEST_DIGITS = 7
MOST_DIGITS = 19
"""A local telephone number has seven digits, the longest payment card nineteen (ISO/IEC 7812)."""

_MOBILE = re.compile(r"(?:0|62)8[1-9]\d{7,10}")
_LANDLINE = re.compile(r"0(?:2[124]|31|61)\d{7,8}|0[2-79]\d{2}\d{5,7}")
_LANDLINE_ABROAD = re.compile(r"62(?:2[124]|31|61)\d{7,8}")
_MOST_PHONE_DIGITS = 15  # E.164
_PROVINCES = frozenset((*range(11, 20), 21, *range(31, 37), *range(51, 54), *range(61, 66), *range(71, 77), 81, 82))
_PAPUAN_PROVINCES = frozenset(range(91, 98))
_DAYS = frozenset((*range(1, 32), *range(41, 72)))  # 40 is added for women
_MONTHS = frozenset(range(1, 13))
_NATIONAL_ID_DIGITS = 16
_TAX_DIGITS = (15, 16)
_CARD_DIGITS = range(13, 20)
_CARD_ISSUERS = "3456"
_ACCOUNT_DIGITS = range(8, 19)
_LUHN_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)

_AMOUNT = re.compile(r"\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+")
_DATE_AHEAD = re.compile(r"0\d\D+\d\d")  # 08-12-2020; a number spelled out digit by digit begins with one digit
_TAX_SHAPE = re.compile(r"\d\d\.\d{3}\.\d{3}\.\d-\d{3}\.\d{3}")

_BANKS = (
    "bca|bri|bni|bsi|btn|mandiri|cimb|niaga|danamon|permata|muamalat|ocbc|jago|seabank|dana|ovo|gopay|shopeepay|bank"
)
_CUES = (
    (Kind.NIK, r"nik|e-?ktp|ktp|nomor induk kependudukan"),
    (Kind.FAMILY_CARD, r"kk|kartu keluarga"),
    (Kind.TAX_NUMBER, r"npwp"),
    (Kind.PHONE, r"wa|whatsapp|hp|telp?|telepon|tlp|hubungi|call|phone|sms|kontak|contact"),
    (Kind.ACCOUNT, rf"no\.?\s?rek|norek|rek|rekening|account|virtual account|va|transfer|{_BANKS}"),
)
_BRIDGE = (
    rf"(?:\W{{1,4}}(?:no|nomor|nomer|number|ke|di|via|saya|anda|kami|kamu|admin|atas nama|syariah|rekening|{_BANKS}))"
)
_CUE = re.compile(
    "|".join(rf"(?P<{kind.name}>\b(?:{words}))" for kind, words in _CUES).join(
        (r"(?:", rf"){_BRIDGE}{{0,3}}\W{{0,4}}$")
    ),
    re.IGNORECASE,
)
_LETTER = re.compile(r"[a-z]", re.IGNORECASE)
_HOLDER_AFTER = re.compile(r"\W{0,3}(?:a\.?\s?n\.?|a/n|atas nama)\s", re.IGNORECASE)


def cue_before(context: str) -> Kind | None:
    """Return what kind of number the words at the end of `context` announce ("rek. BCA no: ")."""
    cue = _CUE.search(context) if _LETTER.search(context) else None
    return Kind[cue.lastgroup] if cue and cue.lastgroup else None


def holder_follows(context: str) -> bool:
    """Tell whether `context` goes on with the holder of an account ("a.n. …")."""
    return _HOLDER_AFTER.match(context) is not None


def kind_of(written: str, digits: str, cue: Kind | None) -> Kind | None:
    """Return what the number `written` is, None when it is nobody's in particular.

    `digits` are its digits alone, at most `MOST_DIGITS`; `cue` is what the words around it announce.
    """
    needs_a_cue = digits[0] != "0" and written[0] != "+" and digits[:2] != "62" and len(digits) < _CARD_DIGITS.start
    if (needs_a_cue and cue is None) or _AMOUNT.fullmatch(written):
        return None
    return _identity(written, digits, cue) or _telephone(written, digits, cue) or _account(digits, cue)


def is_public(digits: str) -> bool:
    """Tell whether this is a number that a public body has published."""
    national = f"0{digits[2:]}" if digits.startswith("62") else digits
    return national in PUBLIC_NUMBERS or _SERVICE_NUMBER.fullmatch(national) is not None


def _identity(written: str, digits: str, cue: Kind | None) -> Kind | None:
    if (cue is Kind.TAX_NUMBER and len(digits) in _TAX_DIGITS) or _TAX_SHAPE.fullmatch(written):
        return Kind.TAX_NUMBER
    if len(digits) == _NATIONAL_ID_DIGITS:
        if cue in {Kind.NIK, Kind.FAMILY_CARD}:
            return cue
        if _is_national_id(digits):
            return Kind.NIK
    if len(digits) in _CARD_DIGITS and digits[0] in _CARD_ISSUERS and _passes_luhn(digits):
        return Kind.CARD
    return None


def _telephone(written: str, digits: str, cue: Kind | None) -> Kind | None:
    if (_MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits)) and not _DATE_AHEAD.match(written):
        return Kind.PHONE
    if written.startswith("+") and (_LANDLINE_ABROAD.fullmatch(digits) or _is_abroad(digits)):
        return Kind.PHONE
    if cue is Kind.PHONE and len(digits) <= _MOST_PHONE_DIGITS:
        return Kind.PHONE
    return None


def _account(digits: str, cue: Kind | None) -> Kind | None:
    return Kind.ACCOUNT if cue is Kind.ACCOUNT and len(digits) in _ACCOUNT_DIGITS else None


def _is_abroad(digits: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(f"+{digits}"))
    except phonenumbers.NumberParseException:
        return False


def _is_national_id(digits: str) -> bool:
    """Tell whether district and birth date fit (Permendagri 72/2022: province, regency, district, ddmmyy, serial)."""
    province, day, month = int(digits[:2]), int(digits[6:8]), int(digits[8:10])
    known_province = province in _PROVINCES or province in _PAPUAN_PROVINCES
    return known_province and day in _DAYS and month in _MONTHS and digits[12:] != "0000"


def _passes_luhn(digits: str) -> bool:
    values = [int(digit) for digit in reversed(digits)]
    return (sum(values[::2]) + sum(_LUHN_DOUBLED[value] for value in values[1::2])) % 10 == 0
