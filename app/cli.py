"""`script/saring …`: every command, gathered from app.commands."""

from __future__ import annotations

import importlib

from flask import Flask

from app.wiring import Saring

MODULES = ("data", "exporting", "work", "admin", "keys", "search")
"""The modules of app.commands; each has `make_commands(saring)`."""


def install(app: Flask, saring: Saring) -> None:
    """Add the commands to `flask --app wsgi`."""
    for name in MODULES:
        for command in importlib.import_module(f"app.commands.{name}").make_commands(saring):
            app.cli.add_command(command)
