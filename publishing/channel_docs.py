"""docs/channels.md, made from what the channels declare: `python -m publishing.channel_docs > docs/channels.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from publishing.channels.interface import Capabilities, Connect, Find, Idempotency, Refresh
from publishing.channels.registry import KINDS
from publishing.channels.webhook import DELIVERY_HEADER, REPLAY_WINDOW_SECONDS, SIGNATURE_HEADER
from publishing.counting import TextRule, Unit

UNITS = {
    Unit.GRAPHEMES: "graphemes",
    Unit.MASTODON: "graphemes, a link counts as 23 (the instance may say otherwise), `@user@host` as `@user`",
    Unit.X_WEIGHT: "weighted characters: 2 for emoji and most scripts, 23 for a link",
    Unit.UTF16: "UTF-16 units",
    Unit.THREADS: "characters, emoji by their UTF-8 bytes",
    Unit.CODE_POINTS: "characters",
}

REPEATS = {
    Idempotency.NATURAL: "harmless: the same row names the same post",
    Idempotency.KEY: "carries the same key",
    Idempotency.TWO_PHASE: "publishes the same prepared container",
    Idempotency.NONE: "would double",
}

FINDS = {
    Find.EXACT: "by its name",
    Find.MARKER: "by the link in it",
    Find.NONE: "no",
}

REFRESHES = {
    Refresh.ROTATING: "each refresh gives a new pair; used to its end",
    Refresh.EXTEND: "extended when a day old and 20 days are left",
    Refresh.NONE: "does not expire by itself",
}

HEAD = """# Channels

This page is made from the code (`python -m publishing.channel_docs > docs/channels.md`); a test compares the two.
What each channel can do decides how drafts are composed, what is done after a lost reply, and how a correction
travels.

**Nothing here was tried against a live network.** The last column of the first table says what the tests do run
against. What is known of a network beyond that comes from its documentation and from the source of open servers.
"""

WEBHOOK = f"""## Receiving the signed webhook

Each delivery is a `POST` with JSON and two headers:

- `{SIGNATURE_HEADER}: t=<epoch seconds>,v1=<hex>`, where the hex is HMAC-SHA256 of `<t>.<body>` under the secret;
- `{DELIVERY_HEADER}`: the name of the delivery. A repeat carries the same one: drop what you have seen, and answer 2xx.

Refuse a signature that is older than {REPLAY_WINDOW_SECONDS} s or does not match, comparing in constant time:

```python
import hashlib, hmac, time


def is_ours(body: bytes, header: str, secret: str) -> bool:
    parts = dict(part.split("=", 1) for part in header.split(","))
    fresh = abs(time.time() - int(parts["t"])) <= {REPLAY_WINDOW_SECONDS}
    expected = hmac.new(secret.encode(), parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    return fresh and hmac.compare_digest(expected, parts["v1"])
```

`event` is `published`, `corrected`, `retracted` or `ping`. A `corrected` or `retracted` delivery names in `replaces`
the first delivery of that story.
"""

DEVIATIONS = """## Where the test servers differ from the networks

- **mastodon-mock 0.6.1** answers a repeat of an `Idempotency-Key` with the first post. Mastodon does so for an
  hour, GoToSocial, Takahe and Pixelfed ignore the key, and some Mastodon builds answered 500 to a repeat
  (mastodon/mastodon#40399); so the outbox sends the key and decides by our own timeline. The double counts links by
  their length and not as 23, leaves the alt text of an edited post as it was, and answers 500 to the key of a post
  that was deleted.
- **Bluesky's PDS** on its own has no AppView, so counts and replies are tested in a lane of their own
  (`script/test network`), on the whole reference network. There an answer to somebody's answer to us is told to that
  somebody alone: such a reply is not in the inbox.
- **Telegram, X, Facebook, Instagram, Threads, WhatsApp** are stubs of our own. For Telegram every request and reply
  is checked with aiogram's models, for X with those of its official SDK (unknown keys count as violations), for
  WhatsApp both are compared with pywa. Meta publishes no model of Facebook, Instagram and Threads: those stubs are
  only as right as our reading.
- WhatsApp's public channels have no API. The channel here sends an approved template to people who asked for it,
  one row each.
"""

REPLIES = """## Which replies come in

Every five minutes for two hours after a post, every ten for two days, every half hour for a week, every two hours for
a month, then once a day, and sooner where the network calls; since the newest one seen. What comes twice is kept once.

- **Bluesky**: replies, mentions and quotes, as far back as 1,000 notifications.
- **Mastodon**: mentions, oldest first; 400 in one fetch, and the next one goes on where it ended.
- **X**: mentions, which replies to us are; X itself lists no more than the latest 800.
- **Facebook**: comments and answers to them under the Page's posts of the last 30 days, 2,000 under one post.
- **Instagram**: comments under the pictures of the last 30 days, 1,000 under one picture, and answers to them, whoever
  is answered, 1,000 under one comment, as long as the comment is at most 7 days older than the newest thing seen: later
  answers to an old comment are not read.
- **Threads**: what is said under our posts of the last 30 days, however deep, 1,000 under one post, and mentions
  elsewhere.

An account that is connected for the first time begins with one page of each. The pages were walked through on stubs,
not on the networks.
"""


CALLS = """## When a network calls

A network that calls is asked all the same, in the same rhythm: a call only brings the next look forward, to a minute
after the last one at the soonest and never into a rest that the network has set. What a call says is not believed:
replies, counts and whether a post is still there are asked for. So a call that comes twice, or again years later,
does no harm; one that is lost costs minutes; and an account, post or field that is not known is answered with 200 and
passed over. Each call is signed (`X-Hub-Signature-256` over the raw body) with the secret of the registration that
`SARING_OAUTH_APPS` names, or of the WhatsApp account; another is answered with 403, a larger one than 1 MB with 413.

The operator sets it up once:

1. Put a word of 16 characters or more, made at random, into `SARING_WEBHOOK_TOKEN`, and restart. The site must be
   reachable by https.
2. In Meta's dashboard, at the app that `SARING_OAUTH_APPS` names, open Webhooks (for Threads: the use case Threads,
   real-time notifications), give the address `https://<your site>/kait/facebook`, `/kait/instagram` or
   `/kait/threads` and the word, and subscribe to the fields above. Meta calls the address at once to verify it.
3. Connect the accounts, or connect them again: the worker then asks Facebook and Instagram to call about each.
   Threads calls about everybody who has consented. Meta calls only about apps that it has reviewed.

WhatsApp has an address and a word for each number; the account's page shows both. Telegram, Mastodon and Bluesky
offer servers no such calls about replies to a channel, and X sells them apart: they are asked.
Mentions on Instagram outside our own pictures are not read: it names them in calls alone, and lists them nowhere.
None of this was tried against Meta itself; the calls in the tests are written after its documentation.
"""


def render() -> str:
    """Return the whole page."""
    shown = [channel.capabilities for channel in KINDS.values()]
    return "\n".join(
        [
            HEAD,
            "## Texts and pictures\n",
            _table(("Channel", "Text", "With a picture", "Picture", "Tested against"), map(_texts, shown)),
            "\n## After a lost reply\n",
            _table(("Channel", "A repeat", "Can be found again", "A miss is believed after"), map(_losses, shown)),
            "\n## Corrections, withdrawals, answers\n",
            _table(
                ("Channel", "Visible edit", "Delete", "Reply", "Counts", "Replies come in", "Calls about"),
                map(_acts, shown),
            ),
            "\n## Connecting\n",
            _table(("Channel", "How", "Secrets", "Settings", "Token"), map(_connections, shown)),
            "",
            REPLIES,
            CALLS,
            WEBHOOK,
            DEVIATIONS,
        ]
    )


def _texts(of: Capabilities) -> tuple[str, ...]:
    image = "-"
    if of.image:
        parts = ["required" if of.image.required else "optional", f"≤ {of.image.max_bytes:,} B", of.image.shape]
        parts += [] if of.image.alt_text else ["no alt text"]
        parts += ["fetched from our address"] if of.image.needs_public_url else []
        image = ", ".join(parts)
    return of.label, _limit(of.text), _limit(of.caption) if of.caption else "the same", image, of.verified_against


def _limit(rule: TextRule) -> str:
    also = f" and {rule.byte_limit:,} bytes" if rule.byte_limit else ""
    return f"{rule.limit:,} {UNITS[rule.unit]}{also}"


def _losses(of: Capabilities) -> tuple[str, ...]:
    lag = "-" if of.find is Find.NONE else f"{of.find_lag_seconds} s" if of.find_lag_seconds else "at once"
    blind = of.find is Find.NONE and of.idempotency is Idempotency.NONE
    found = "no: a lost reply goes to a person" if blind else FINDS[of.find]
    return of.label, REPEATS[of.idempotency], found, lag


def _acts(of: Capabilities) -> tuple[str, ...]:
    age = f", < {of.delete_max_age.total_seconds() / 3600:.0f} h old" if of.delete_max_age else ""
    delete = f"yes{age}" if of.delete else "no"
    named = ", ".join(f"`{field}`" for field in of.webhooks) or "-"
    can = (_yes(of.reply), _yes(of.metrics), _yes(of.replies or of.webhooks))
    return of.label, _yes(of.edit), delete, *can, named


def _connections(of: Capabilities) -> tuple[str, ...]:
    how = "consent page (OAuth)" if of.connect is Connect.OAUTH else "pasted once, sealed"
    named = ", ".join(f"`{name}`" for name in of.secrets) or "-", ", ".join(f"`{name}`" for name in of.settings) or "-"
    return of.label, how, *named, REFRESHES[of.refresh]


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(render())
