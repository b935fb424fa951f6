"""Commands that write public files."""

from __future__ import annotations

import click

from app.exporting import export_votes
from app.wiring import Saring


def make_commands(saring: Saring) -> list[click.Command]:
    """Return the commands about public files."""

    @click.group(name="export")
    def export_group() -> None:
        """Write what the public may take along."""

    @export_group.command()
    def votes() -> None:
        """Write the pseudonymous file of votes, as the worker does each day."""
        export = export_votes(saring)
        click.echo(f"{export.file_name}: {export.votes} votes on {export.cases} cases, sha256 {export.sha256}")

    return [export_group]
