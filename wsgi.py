"""The WSGI entry: settings from the environment, and nothing else."""

import os

from app import create_app
from app.settings import Settings

app = create_app(Settings.from_env(os.environ))
