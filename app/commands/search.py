"""Commands about the matcher: measure it on files, train it on links, prove that it was worth it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.errors import sentence_for
from app.learning import own_body
from app.wiring import Saring
from kernel.errors import SaringError

if TYPE_CHECKING:
    from search.learning.links import Body

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

VECTORS = click.option(
    "--vectors",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Remember vectors in this file, so that the next run need not encode again.",
)

AS_JSON = click.option("--json", "wants_json", is_flag=True, help="Print JSON instead of tables.")
SEED = click.option("--seed", default=1, show_default=True, help="Seed of the training.")


def _files(*, multiple: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add the three options that name a collection, each of them several times where several may be given."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for name, words in (
            ("--qrels", "Which debunk answers which message."),
            ("--queries", "Messages as they circulated."),
            ("--docs", "Debunks, JSON lines, also gzipped."),
        ):
            command = click.option(name, type=FILE, multiple=multiple, required=not multiple, help=words)(command)
        return command

    return add


def make_commands(saring: Saring) -> list[click.Command]:
    """Return the commands about search. The engines are imported when one runs, never at start-up."""
    weights = saring.settings.data / "search" / "weights"

    @click.group()
    def search() -> None:
        """Measure and train the matching of messages to debunks."""

    @search.command()
    @_files(multiple=False)
    @click.option("--run-out", type=click.Path(path_type=Path), help="Write a TREC run of the top 100 here.")
    @click.option("--floors", type=FILE, help="Fail where a figure is under the floors of this JSON file.")
    @AS_JSON
    @VECTORS
    def evaluate(
        docs: Path, queries: Path, qrels: Path, run_out: Path | None, floors: Path | None, vectors: Path | None,
        *, wants_json: bool,
    ) -> None:  # fmt: skip
        """Measure the production path on a temporary index; the installation is not touched."""
        from search import commands

        with _said():
            asked = commands.read_floors(floors) if floors else {}
            with _bar() as progress:
                measured = commands.evaluate(
                    (docs, queries, qrels), weights=weights, run_out=run_out, vectors=vectors, progress=progress
                )
            click.echo(commands.as_json(measured) if wants_json else commands.as_text(measured))
            commands.demand(asked, measured)

    @search.command()
    @_files(multiple=True)
    @click.option("--own", is_flag=True, help="Learn from the links confirmed here, on top of what serves.")
    @click.option("--into", type=click.Path(file_okay=False, path_type=Path), help="Folder of the weights.")
    @SEED
    @VECTORS
    def train(
        docs: tuple[Path, ...], queries: tuple[Path, ...], qrels: tuple[Path, ...], into: Path | None, seed: int,
        vectors: Path | None, *, own: bool,
    ) -> None:  # fmt: skip
        """Train on links, compare with what serves now, and install it only if it is better.

        Links come from files, as one collection or several (--docs, --queries and --qrels once for each), or with
        --own from this installation.
        """
        from search import commands

        with _said(), _bar() as progress:
            bodies = [_own_body(saring)] if own else commands.bodies_of(_collections(docs, queries, qrels))
            report = commands.train(
                bodies, weights=into or weights, anew=not own, seed=seed, vectors=vectors, progress=progress
            )
        click.echo(commands.as_json(report))
        click.echo("Installed. Restart the web processes and the worker to serve with it.", err=True)

    @search.command()
    @_files(multiple=True)
    @SEED
    @VECTORS
    def prove(
        docs: tuple[Path, ...], queries: tuple[Path, ...], qrels: tuple[Path, ...], seed: int, vectors: Path | None
    ) -> None:
        """Print as JSON what training brings on messages not learned from: out of fold, and later in time."""
        from search import commands

        with _said(), _bar() as progress:
            proof = commands.prove(
                commands.bodies_of(_collections(docs, queries, qrels)), seed=seed, vectors=vectors, progress=progress
            )
        click.echo(commands.as_json(proof))

    @search.command()
    @click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default="docs")
    def document(folder: Path) -> None:
        """Write the figures of matching.md in FOLDER anew from its matching.json (prove) and training.json (train)."""
        from search import commands

        commands.document(folder)

    return [search]


def _own_body(saring: Saring) -> Body:
    with saring.database.read() as session:
        return own_body(session)


def _collections(*options: tuple[Path, ...]) -> list[tuple[Path, Path, Path]]:
    if len({len(option) for option in options}) != 1 or not options[0]:
        raise click.UsageError("Give --docs, --queries and --qrels equally often, at least once each.")
    return [(docs, queries, qrels) for docs, queries, qrels in zip(*options, strict=True)]


@contextmanager
def _said() -> Iterator[None]:
    """Say an error in words, with its facts."""
    try:
        yield
    except SaringError as error:
        facts = ", ".join(f"{name}: {value}" for name, value in error.facts.items())
        raise click.ClickException(f"{sentence_for(error)} ({facts})") from error


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    """Show how far the encoding, then the asking is; on the error stream, so that JSON stays JSON."""
    columns = (TextColumn("Texts"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
