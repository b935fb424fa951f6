"""Commands about the matcher: measure it on files, train it on links."""

from __future__ import annotations

from pathlib import Path

import click

from app.wiring import Saring

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def make_commands(saring: Saring) -> list[click.Command]:
    """Return the commands about search. The engines are imported when one runs, never at start-up."""

    @click.group()
    def search() -> None:
        """Measure and train the matching of messages to debunks."""

    @search.command()
    @click.option("--docs", type=FILE, required=True, help="Debunks, JSON lines, also gzipped.")
    @click.option("--queries", type=FILE, required=True, help="Messages as they circulated.")
    @click.option("--qrels", type=FILE, required=True, help="Which debunk answers which message.")
    @click.option("--run-out", type=click.Path(path_type=Path), help="Write a TREC run of the top 100 here.")
    @click.option("--json", "wants_json", is_flag=True, help="Print JSON instead of tables.")
    def evaluate(docs: Path, queries: Path, qrels: Path, run_out: Path | None, *, wants_json: bool) -> None:
        """Measure the production path on a temporary index; the installation is not touched."""
        from search import commands

        measured = commands.evaluate(documents=docs, messages=queries, answers=qrels, run_out=run_out)
        click.echo(commands.as_json(measured) if wants_json else commands.as_text(measured))

    @search.command()
    @click.option("--docs", type=FILE, required=True, help="Debunks, JSON lines, also gzipped.")
    @click.option("--queries", type=FILE, required=True, help="Messages as they circulated.")
    @click.option("--qrels", type=FILE, required=True, help="Which debunk answers which message.")
    @click.option("--seed", default=1, show_default=True, help="Seed of the training.")
    def train(docs: Path, queries: Path, qrels: Path, seed: int) -> None:
        """Train on links, compare with what serves now, and install it only if it is better."""
        from search import commands

        links, corpus = commands.links_of(docs, queries, qrels)
        folder = saring.settings.data / "search" / "weights"
        click.echo(str(commands.train(links, corpus, folder=folder, seed=seed)))

    return [search]
