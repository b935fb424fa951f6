"""Print new keys for the settings that have no default, as lines of an environment file."""

from __future__ import annotations

import secrets

from cryptography.fernet import Fernet

if __name__ == "__main__":
    print(f"SARING_SECRET_KEY={secrets.token_urlsafe(48)}")
    print(f"SARING_VAULT_KEYS={Fernet.generate_key().decode()}")
