"""Print new keys, as lines of an environment file."""

from __future__ import annotations

import secrets

from cryptography.fernet import Fernet

from app.push import new_private_key

if __name__ == "__main__":
    print(f"SARING_SECRET_KEY={secrets.token_urlsafe(48)}")
    print(f"SARING_VAULT_KEYS={Fernet.generate_key().decode()}")
    print(f"SARING_VAPID_PRIVATE_KEY={new_private_key()}")
