"""Keep `translations/id` in step with the sentences in `app` and `templates`.

The sentences in the code are English, so English needs no catalogue; Indonesian, the default language, has this one. A
plural message is known by its singular and has one translation, since Indonesian has one form.

    extract          add every sentence of the code that the catalogue lacks, untranslated
    merge FILE.json  add translations: {"English sentence": "kalimat Indonesia"}
    check            fail unless code and catalogue hold the same sentences, each translated with the same placeholders
    prune            drop the sentences that the code no longer says
    compile          write the .mo file that the server reads
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "translations/id/LC_MESSAGES/messages.po"
KEYWORDS = DEFAULT_KEYWORDS | {"lazy_gettext": None, "lazy_ngettext": (1, 2), "_l": None}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="script/messages", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("extract", "check", "prune", "compile"):
        commands.add_parser(name)
    commands.add_parser("merge").add_argument("file", type=Path)
    chosen = parser.parse_args(arguments)
    with locked():
        if chosen.command == "merge":
            return merge(chosen.file)
        return {"extract": extract, "check": check, "prune": prune, "compile": compile_}[chosen.command]()


def extract() -> int:
    catalogue = load()
    added = 0
    for message in spoken():
        known = catalogue.get(message.id)
        if known is None:
            catalogue.add(message.id)
            added += 1
        elif message.pluralizable and not known.pluralizable:
            translation = known.string
            catalogue.delete(known.id)
            catalogue.add(message.id, (translation,))
    save(catalogue)
    print(
        f"{added} added; {len(catalogue)} sentences, {sum(not translated(m) for m in entries(catalogue))} untranslated"
    )
    return 0


def merge(file: Path) -> int:
    translations = json.loads(file.read_text(encoding="utf-8"))
    catalogue = load()
    plurals = {message.id[0]: message.id for message in entries(catalogue) if message.pluralizable}
    for english, indonesian in translations.items():
        identity = plurals.get(english, english)
        catalogue.delete(identity)
        catalogue.add(identity, (indonesian,) if isinstance(identity, tuple) else indonesian)
    save(catalogue)
    print(f"{len(translations)} merged; {len(catalogue)} sentences")
    return 0


def check() -> int:
    catalogue = load()
    said = {singular(message) for message in spoken()}
    known = {singular(message): message for message in entries(catalogue)}
    faults = [f"not in the catalogue (script/messages extract): {text!r}" for text in sorted(said - known.keys())]
    faults += [f"no longer said (script/messages prune): {text!r}" for text in sorted(known.keys() - said)]
    for text, message in sorted(known.items()):
        if not translated(message):
            faults.append(f"untranslated: {text!r}")
        elif message.fuzzy:
            faults.append(f"fuzzy: {text!r}")
        else:
            faults += [f"{error}: {text!r}" for error in message.check(catalogue)]
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"messages: {len(known)} sentences, {len(faults)} faults")
    return 1 if faults else 0


def prune() -> int:
    catalogue = load()
    said = {singular(message) for message in spoken()}
    unsaid = [message for message in entries(catalogue) if singular(message) not in said]
    for message in unsaid:
        catalogue.delete(message.id)
    save(catalogue)
    print(f"{len(unsaid)} dropped; {len(catalogue)} sentences")
    return 0


def compile_() -> int:
    catalogue = load()
    target = CATALOGUE.with_suffix(".mo")
    with replacing(target) as draft, draft.open("wb") as file:
        write_mo(file, catalogue)
    return 0


def spoken() -> list[Message]:
    """Return every sentence that the code says, once."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = Catalog()
    for _file, _line, identity, _comments, _context in extract_from_dir(ROOT, methods, options, keywords=KEYWORDS):
        found.add(identity)
    return entries(found)


def load() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="id")


def save(catalogue: Catalog) -> None:
    with replacing(CATALOGUE) as draft, draft.open("wb") as file:
        write_po(file, catalogue, width=120, no_location=True, sort_output=True)


def entries(catalogue: Catalog) -> list[Message]:
    """Return the messages without the header, whose id is empty."""
    return [message for message in catalogue if message.id]


def singular(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple | list) else message.id


def translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(strings)


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yield a draft that takes the target's place when the block ends: a running server never reads half a file."""
    draft = target.with_suffix(f".{os.getpid()}")
    yield draft
    draft.replace(target)


@contextmanager
def locked() -> Iterator[None]:
    """Let one command at a time touch the catalogue."""
    folder = os.open(ROOT / "translations", os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
