"""Which topics of harm a claim touches, by words: health, disaster, election, money (Indonesian and English)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from verification.rules.words import tokens


class HarmTopic(StrEnum):
    """What a false claim can cost people."""

    HEALTH = "health"
    DISASTER = "disaster"
    ELECTION = "election"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class TopicHit:
    """A topic and the words of the text that gave it away, in the order in which they stand."""

    topic: HarmTopic
    words: tuple[str, ...]


_WORDS = {
    HarmTopic.HEALTH: """vaksin vaccine covid corona virus kanker cancer obat dokter doctor penyakit disease bpom
        jantung diabetes stroke paru autis autism hiv aids dbd demam imunisasi kemenkes herbal ginjal kolesterol wabah
        pandemi pandemic epidemic mpox flu keracunan stunting khasiat menyembuhkan penyembuhan medis medical
        hospital""",
    HarmTopic.DISASTER: """gempa earthquake tsunami banjir flood longsor landslide erupsi eruption meletus bmkg
        kebakaran wildfire bnpb basarnas evakuasi evacuation megathrust badai topan siklon cyclone hurricane typhoon
        kekeringan likuifaksi bencana disaster angin-puting-beliung""",
    HarmTopic.ELECTION: """pemilu election pilpres pilkada pileg kpu bawaslu tps capres cawapres caleg ballot voter
        kampanye quick-count surat-suara hitung-suara kotak-suara pemungutan-suara perhitungan-suara coblos cagub cabup
        cawali paslon""",
    HarmTopic.MONEY: """bansos blt bantuan-langsung-tunai undian giveaway rekening pinjol investasi investment hadiah
        pinjaman transfer lowongan loker rekrutmen recruitment pendaftaran-kerja saldo dana-kaget phishing penipuan scam
        otp kripto crypto bitcoin subsidi pulsa kuota-gratis prakerja uang-tunai bagikan-uang berikan-uang bantuan-dana
        bank-indonesia tilang link-pendaftaran bpnt bagi-bagi berbagi-rezeki berbagi-rejeki mengatasnamakan akun-tiruan
        akun-whatsapp judi slot donasi gebyar""",
}
"""Words and phrases (joined by hyphens) of each topic, chosen on Indonesian debunk titles."""

MIN_STEM = 5
"""Letters from which a word may continue (vaksin, vaksinasi) or carry a prefix (divaksin); shorter ones match whole."""

MAX_TOPICS = 8
"""Topics that one text keeps: more say nothing any more."""

MAX_TOPIC_CHARACTERS = 40

_PREFIXES = ("di", "ke", "me", "mem", "men", "meng", "ber", "ter", "pe", "pem", "pen", "peng", "se")

_PHRASES = {topic: tuple(tuple(entry.split("-")) for entry in words.split()) for topic, words in _WORDS.items()}


def find_topics(text: str) -> tuple[TopicHit, ...]:
    """Return the topics that `text` touches, each with the words that say so; none when no word does."""
    words = tokens(text)
    hits = []
    for topic, phrases in _PHRASES.items():
        found = [
            " ".join(words[start : start + len(phrase)])
            for start in range(len(words))
            for phrase in phrases
            if _stands_at(phrase, words, start)
        ]
        if found:
            hits.append(TopicHit(topic, tuple(dict.fromkeys(found))))
    return tuple(hits)


def topics_of(text: str, named: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the topics of harm in `text`, then those that people `named`: each once, `MAX_TOPICS` at most."""
    found = [hit.topic.value for hit in find_topics(text)]
    return tuple(dict.fromkeys(topic for topic in (*found, *map(topic_slug, named)) if topic))[:MAX_TOPICS]


def topic_slug(name: str) -> str:
    """Return a topic's name as addresses carry it: lower-case ASCII letters and digits with hyphens, maybe empty."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:MAX_TOPIC_CHARACTERS].strip("-")


def _stands_at(phrase: tuple[str, ...], words: list[str], start: int) -> bool:
    window = words[start : start + len(phrase)]
    return len(window) == len(phrase) and all(_is_form(word, stem) for word, stem in zip(window, phrase, strict=True))


def _is_form(word: str, stem: str) -> bool:
    if word == stem:
        return True
    if len(stem) < MIN_STEM:
        return word == stem + "nya"
    return word.startswith(stem) or any(word.startswith(prefix + stem) for prefix in _PREFIXES)
