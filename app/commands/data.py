"""Commands that fill and keep the database: migrate, seed, import."""

from __future__ import annotations

from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import select

from accounts.organisations import OrganisationExists
from app.demo import make_demo_accounts
from app.importing import ImportReport, import_debunks
from app.wiring import Saring
from intake.debunk_files import count_entries
from kernel.db import Database
from verification.models import FactCheck

ROOT = Path(__file__).parent.parent.parent
SEED = ROOT / "seed" / "debunks.jsonl"


def make_commands(saring: Saring) -> list[click.Command]:
    """Return the commands about data."""

    @click.command()
    def migrate() -> None:
        """Bring the database to the newest structure."""
        upgrade(saring.settings.database)
        click.echo("The database is up to date.")

    @click.command()
    @click.option("--demo", is_flag=True, help="Make accounts to try everything out with; never on a real site.")
    def seed(*, demo: bool) -> None:
        """Load the shipped debunks into a database that has no fact-check yet."""
        if demo:
            try:
                accounts = make_demo_accounts(saring)
            except OrganisationExists as error:
                raise click.ClickException("The demo accounts are there already.") from error
            for account in accounts:
                click.echo(f"{account.role.value:10} {account.email:28} {account.password}")
        if not is_empty(saring.database):
            click.echo("There are fact-checks already; the seed is left out.")
            return
        run_import(saring, SEED)

    @click.group(name="import")
    def import_group() -> None:
        """Take over what others have published."""

    @import_group.command()
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    def debunks(file: Path) -> None:
        """Import prior debunks from FILE: JSON lines (also gzipped) or ClaimReview JSON."""
        run_import(saring, file)

    return [migrate, seed, import_group]


def upgrade(database_url: str) -> None:
    """Run the migrations on a database."""
    config = Config(ROOT / "alembic.ini")
    config.attributes["url"] = database_url
    command.upgrade(config, "head")


def is_empty(database: Database) -> bool:
    """Say whether there is no fact-check yet."""
    with database.read() as session:
        return session.scalar(select(FactCheck.id).limit(1)) is None


def run_import(saring: Saring, file: Path) -> ImportReport:
    """Import one file behind one progress bar and say what came of it."""
    rejects = saring.settings.data / "rejected" / f"{file.name}.jsonl"
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns) as bar:
        task = bar.add_task("Importing", total=count_entries(file), rate="")

        def progress(report: ImportReport) -> None:
            speed = bar.tasks[0].speed
            bar.update(task, completed=report.read, rate=f"{speed:.0f}/s" if speed else "")

        report = import_debunks(saring, file, rejects=rejects, progress=progress)
    click.echo(
        f"{report.created} new, {report.changed} changed, {report.unchanged} unchanged, {report.bad} unreadable."
    )
    if report.bad:
        click.echo(f"The unreadable lines, with the reason for each: {rejects}")
    return report
