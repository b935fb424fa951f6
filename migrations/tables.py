"""Every table of every room, so that Alembic and the tests see the same metadata."""

from __future__ import annotations

import importlib
import pkgutil

from sqlalchemy import MetaData

from kernel.db import Base

ROOMS = ("kernel", "accounts", "intake", "verification", "search", "publishing")


def load() -> MetaData:
    """Import each module that declares tables: `kernel.outbox`, and what is called `models` in a room or lies in it."""
    importlib.import_module("kernel.outbox")
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, prefix=f"{room}."):
            if "models" in module.name.split("."):
                importlib.import_module(module.name)
    return Base.metadata
