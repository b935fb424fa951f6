"""`admin`: the first administrator, and invitations when nobody can reach the pages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask_babel import force_locale

from accounts import passwords, people
from accounts.organisations import find_organisation
from accounts.roles import Role
from app.errors import sentence_for
from app.wiring import Saring
from kernel.errors import SaringError
from kernel.outbox import SYSTEM


def make_commands(saring: Saring) -> list[click.Command]:
    """Return the group of commands. No account and no password exists until somebody calls `create`."""

    @click.group()
    def admin() -> None:
        """Administrators and invitations."""

    @admin.command()
    @click.option("--email", prompt="E-mail")
    @click.option("--name", prompt="Name")
    @click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
    def create(email: str, name: str, *, password_stdin: bool) -> None:
        """Create an administrator. The second factor is set up at the first sign-in."""
        password = _read_password(from_stdin=password_stdin)
        with _spoken():
            email, name = people.fold_email(email), people.tidy_name(name)
            password_hash = passwords.choose_password(password, about=(email, name))
            with saring.database.write() as session:
                people.register(
                    session,
                    email=email,
                    name=name,
                    password_hash=password_hash,
                    roles=(Role.ADMIN,),
                    now=saring.clock.now(),
                )
        click.echo(f"{email} is an administrator. Sign in at {saring.settings.public_url}/masuk")

    @admin.command()
    @click.option("--email", prompt="E-mail")
    @click.option("--role", type=click.Choice([r.value for r in Role if r is not Role.CITIZEN]), prompt="Role")
    @click.option("--organisation", default="", help="Short name of the organisation, where the role belongs to one.")
    def invite(email: str, role: str, organisation: str) -> None:
        """Print a link by which somebody chooses a password and takes a role."""
        with _spoken(), saring.database.write() as session:
            house = find_organisation(session, slug=organisation) if organisation else None
            token = people.invite(
                session,
                email=email,
                role=Role(role),
                organisation_id=house.id if house else None,
                actor=SYSTEM,
                now=saring.clock.now(),
            )
        days = people.INVITATION_DAYS
        click.echo(f"{saring.settings.public_url}/undangan/{token}\nIt works once, within {days} days.")

    return [admin]


def _read_password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


@contextmanager
def _spoken() -> Iterator[None]:
    """Say what went wrong in a sentence instead of a traceback."""
    try:
        yield
    except SaringError as error:
        with force_locale("en"):
            raise click.ClickException(sentence_for(error)) from error
