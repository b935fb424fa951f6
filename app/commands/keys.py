"""`keys`: seal everything under the newest key, and say which old key may leave SARING_VAULT_KEYS.

Keys are named by their place in that setting, so that none of them ends in a shell's history.
"""

from __future__ import annotations

import click

from app import keys as sealing
from app.wiring import Saring


def make_commands(saring: Saring) -> list[click.Command]:
    """Return the group of commands."""
    known, media = saring.settings.vault_keys, saring.settings.data / "media"

    @click.group()
    def keys() -> None:
        """The keys that seal accounts, second factors, reports and letters."""

    @keys.command()
    def status() -> None:
        """Say how much each key seals; key 1 is the newest."""
        use = sealing.use_of_keys(saring.database, media, known)
        for number, count in enumerate(use.by_key, start=1):
            click.echo(f"key {number}: seals {count}")
        click.echo(f"unreadable: {use.unreadable}")

    @keys.command()
    def rotate() -> None:
        """Seal everything under key 1. It may run while the site does, and again without harm."""
        click.echo(f"{sealing.seal_anew(saring.database, media, known)} values sealed anew under key 1.")

    @keys.command()
    @click.argument("number", type=click.IntRange(min=1))
    def drop(number: int) -> None:
        """Say whether key NUMBER may be taken out of SARING_VAULT_KEYS; refuse while it seals anything."""
        if number > len(known):
            raise click.ClickException(f"There are only {len(known)} keys.")
        if number == 1:
            raise click.ClickException("Key 1 is the newest: everything new is sealed with it.")
        count = sealing.use_of_keys(saring.database, media, known).by_key[number - 1]
        if count:
            raise click.ClickException(f"Key {number} still seals {count} values. Run `keys rotate` first.")
        click.echo(f"Key {number} seals nothing any more: take it out of SARING_VAULT_KEYS.")

    return [keys]
