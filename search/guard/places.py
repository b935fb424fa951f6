"""Places: the provinces and larger cities of Indonesia, countries and the cities that hoaxes name."""

from __future__ import annotations

from search.folding import fold, tokens
from search.types import Difference

_PLACES = """
aceh|nad; medan; padang; pekanbaru; riau; batam; jambi; palembang; bengkulu; lampung; bangka; belitung; serang; banten
tangerang; jakarta|dki|jkt; bekasi; depok; bogor; bandung|bdg; cirebon; garut; tasikmalaya; sukabumi; karawang
cianjur; jawa barat|jabar|west java; jawa tengah|jateng|central java; jawa timur|jatim|east java; semarang
solo|surakarta; magelang; yogyakarta|jogja|yogya|jogjakarta|diy; sleman; bantul; kudus; tegal; purwokerto|banyumas
surabaya|sby; malang; madiun; kediri; blitar; jember; banyuwangi; madura; sidoarjo; gresik; mojokerto; tuban; pacitan
bali|denpasar; lombok|mataram; ntb; ntt|kupang; flores; sumbawa; pontianak; singkawang; kalimantan barat|kalbar
kalimantan timur|kaltim; kalimantan selatan|kalsel; kalimantan tengah|kalteng; kalimantan utara|kaltara; samarinda
balikpapan; banjarmasin; palangkaraya; tarakan; ikn|nusantara; makassar; manado; palu; kendari; gorontalo; poso
mamuju; sulawesi selatan|sulsel; sulawesi tengah|sulteng; ambon; maluku; ternate; papua; jayapura; merauke; timika
sorong; manokwari; wamena; sumatera barat|sumbar|west sumatra; sumatera utara|sumut|north sumatra
sumatera selatan|sumsel; natuna; morowali; wadas; rempang; cilacap; pati; brebes; klaten; indonesia; malaysia
singapura|singapore; thailand; filipina|philippines; vietnam; kamboja|cambodia; myanmar; laos; brunei
timor leste|east timor; china|tiongkok|cina; taiwan; hongkong|hong kong; jepang|japan; korea selatan|south korea
korea utara|north korea; india; pakistan; bangladesh; sri lanka; nepal; afghanistan; iran; irak|iraq; israel
palestina|palestine; gaza; suriah|syria; lebanon|libanon; yaman|yemen; arab saudi|saudi arabia|saudi
mekkah|mecca|makkah; madinah|medina; qatar; dubai; uea|uae; turki|turkey|turkiye; mesir|egypt; libya; sudan; nigeria
kenya; ethiopia; somalia; afrika selatan|south africa; ghana; rusia|russia; ukraina|ukraine; jerman|germany
prancis|perancis|france; italia|italy; spanyol|spain; portugal; belanda|netherlands|holland; belgia|belgium
inggris|england|uk|britain; skotlandia|scotland; irlandia|ireland; swedia|sweden; norwegia|norway; denmark
finlandia|finland; polandia|poland; swiss|switzerland; austria; hungaria|hungary; yunani|greece; kanada|canada
amerika|amerika serikat|usa|united states|america; meksiko|mexico; brasil|brazil; argentina; chile; kolombia|colombia
venezuela; kuba|cuba; australia; selandia baru|new zealand; london; paris; berlin; rome|roma; moscow|moskow; kyiv|kiev
wuhan; beijing; shanghai; tokyo; seoul; delhi; mumbai; manila; bangkok; sydney; melbourne; perth; washington; new york
los angeles; chicago; texas; florida; california; georgia; ohio; michigan; arizona; pennsylvania; wisconsin; minnesota
virginia; kansas; alabama; louisiana; houston; boston; miami; dallas; detroit; seattle; denver; atlanta; philadelphia
las vegas; san francisco; portland; toronto; birmingham; manchester; liverpool; glasgow
"""
_LONGEST = 2
"""Words in the longest spelling."""

_BY_SPELLING = {
    spelling.strip(): names.split("|")[0].strip()
    for line in _PLACES.strip().splitlines()
    for names in line.split(";")
    for spelling in names.split("|")
}
_WIDER = frozenset({"indonesia", "amerika"})
"""Places that hold many of the others; to name one beside the other is no contradiction."""


def compare(message: str, passage: str, debunked: str) -> Difference | None:
    """Report places of which the two sides share none."""
    stated, held, answered = (read(text) for text in (message, passage, debunked))
    if held & answered or stated & answered or _WIDER & (held | answered):
        return None
    if held and answered:
        return Difference("place", tuple(sorted(held)), tuple(sorted(answered)))
    return None


def read(text: str) -> frozenset[str]:
    """Return the places that a text names, each by one name."""
    return frozenset(_BY_SPELLING[spelling] for spelling in spellings(text))


def spellings(text: str) -> frozenset[str]:
    """Return the places that a text names, folded, as it spells them."""
    words = tokens(fold(text))
    spans = (" ".join(words[at : at + size]) for size in range(1, _LONGEST + 1) for at in range(len(words)))
    return frozenset(span for span in spans if span in _BY_SPELLING)
