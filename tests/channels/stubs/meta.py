"""Facebook Pages, Instagram and Threads, shaped after Meta's documentation: it publishes no model to check by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.channels.stubs.server import Answer, Request, Stub

NOW = "2026-11-24T12:00:00+0000"


class GraphStub(Stub):
    """What the three have in common: a token, numbered objects, and Meta's way of saying no."""

    kind = ""
    account = ""
    calls_about: frozenset[str] = frozenset()

    def __init__(self, token: str = "rahasia") -> None:
        super().__init__()
        self.token = token
        self.posts: dict[str, dict[str, Any]] = {}
        self.containers: dict[str, dict[str, Any]] = {}
        self.said: dict[str, list[dict[str, Any]]] = {}
        """What the public said, the newest first, by the post that it stands under, or `mentions`."""
        self.subscribed: set[str] = set()
        self._last = 17_000

    def answer(self, request: Request) -> Answer:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return 400, _error(190, "Error validating access token", "OAuthException")
        if "access_token" in request.query and request.path != "/refresh_access_token":
            raise ValueError("a token in the address")
        if (request.method, request.path) == ("POST", f"/{self.account}/subscribed_apps"):
            return self.subscribe(request)
        return self.act(request)

    def act(self, request: Request) -> Answer:
        raise NotImplementedError

    def subscribe(self, request: Request) -> Answer:
        """Take the fields about which our app is to be called for this account."""
        asked = set(request.fields["subscribed_fields"].split(","))
        assert asked <= self.calls_about
        self.subscribed |= asked
        return 200, {"success": True}

    def number(self, prefix: str = "") -> str:
        self._last += 1
        return f"{prefix}{self._last}"

    def said_under(self, where: str, query: Mapping[str, str], *, limit: int) -> dict[str, Any]:
        """Return one page of what was said, with Meta's cursors and a `next` where there is more."""
        rows, start = self.said.get(where, []), int(query.get("after", "0"))
        end = start + int(query.get("limit", limit))
        paging = {"cursors": {"before": str(start), "after": str(end)}}
        more = {"next": f"https://graph.example/{where}?after={end}"} if end < len(rows) else {}
        return {"data": rows[start:end], "paging": paging | more}

    def newest(self, *names: str, **where: Any) -> Answer:
        rows = [p for p in reversed(self.posts.values()) if all(p.get(k) == v for k, v in where.items())]
        return 200, {"data": [{name: row[name] for name in names if name in row} for row in rows]}


class FacebookStub(GraphStub):
    """One Page, its posts and the comments under them."""

    account, calls_about = "500", frozenset({"feed"})

    def act(self, request: Request) -> Answer:
        path, fields = request.path, request.fields
        if path == "/me":
            return 200, {"id": "500", "name": "Cek Fakta", "username": "cekfakta"}
        if (request.method, path) == ("POST", "/500/photos"):
            assert fields["published"] == "false"
            assert isinstance(fields["source"], bytes)
            self.containers["photo"] = {"alt": fields["alt_text_custom"]}
            return 200, {"id": self.number()}
        if (request.method, path) == ("POST", "/500/feed"):
            return self._add(self.number("500_"), fields["message"])
        if path == "/500/published_posts" and "comments" in request.query["fields"]:
            assert "comments.order(reverse_chronological).filter(stream).limit(100){id," in request.query["fields"]
            return self._with_comments()
        if path == "/500/published_posts":
            return self.newest("id", "message", parent=None)
        match = re.fullmatch(r"/([\d_]+)/comments", path)
        if match and match[1] in self.posts:
            if request.method == "POST":
                return self._add(self.number(f"{match[1]}_"), fields["message"], parent=match[1])
            if "created_time" in request.query["fields"]:
                assert (request.query["order"], request.query["filter"]) == ("reverse_chronological", "stream")
                return 200, self.said_under(match[1], request.query, limit=25)
            return self.newest("id", "message", parent=match[1])
        post = self.posts.get(path.removeprefix("/"))
        if post is None:
            return 400, _error(100, "Object does not exist", "GraphMethodException", subcode=33)
        return self._about(request, post)

    def _with_comments(self) -> Answer:
        rows = [
            {"id": post["id"], "created_time": NOW, "comments": self.said_under(post["id"], {}, limit=100)}
            for post in reversed(self.posts.values())
            if post["parent"] is None
        ]
        return 200, {"data": rows}

    def _about(self, request: Request, post: dict[str, Any]) -> Answer:
        if request.method == "DELETE":
            del self.posts[post["id"]]
            return 200, {"success": True}
        if request.method == "POST":
            post["message"] = request.fields["message"]
            return 200, {"success": True}
        total = {"summary": {"total_count": 4}, "data": []}
        return 200, {"id": post["id"], "reactions": total, "comments": total, "shares": {"count": 2}}

    def _add(self, number: str, message: str, parent: str | None = None) -> Answer:
        self.posts[number] = {"id": number, "message": message, "parent": parent}
        return 200, {"id": number}


class InstagramStub(GraphStub):
    """One account, its containers and pictures. A container is published once."""

    account, calls_about = "900", frozenset({"comments", "mentions"})
    page = "https://www.instagram.com/p/C{}/"

    def act(self, request: Request) -> Answer:
        heard = self._heard(request)
        if heard is not None:
            return heard
        path, fields = request.path, request.fields
        if path == "/me":
            return 200, {"user_id": "900", "username": "cekfakta", "name": "Cek Fakta"}
        if path == "/refresh_access_token":
            return 200, {"access_token": self.token, "token_type": "bearer", "expires_in": 5_184_000}
        if (request.method, path) == ("POST", "/900/media"):
            assert fields["image_url"].startswith("https://")
            assert fields["alt_text"]
            number = self.number()
            self.containers[number] = {"text": fields["caption"], "status_code": "FINISHED"}
            return 200, {"id": number}
        if path == "/900/media_publish":
            return self.publish(self.containers[fields["creation_id"]], "caption")
        if path == "/900/media":
            return self.newest("id", "caption", "permalink", parent=None)
        match = re.fullmatch(r"/(\d+)/comments", path)
        if match and match[1] in self.posts:
            if request.method == "GET" and "timestamp" in request.query["fields"]:
                return 200, self._with_answers(match[1], request.query, limit=25)
            if request.method == "GET":
                return self.newest("id", "text", parent=match[1])
            number = self.number()
            self.posts[number] = {"id": number, "text": fields["message"], "parent": match[1]}
            return 200, {"id": number}
        return self.about(path.removeprefix("/"))

    def _heard(self, request: Request) -> Answer | None:
        """Answer what is asked about the public's own words; None where it is about something else."""
        path = request.path
        if path.endswith("/replies") or request.query.get("fields") == "parent_id":
            return self._answers(request)
        if path == "/900/media" and "comments" in request.query.get("fields", ""):
            own = [post for post in reversed(self.posts.values()) if post["parent"] is None]
            assert "comments.limit(50){id,text,username,timestamp,replies.limit(10){" in request.query["fields"]
            rows = [(p["id"], self._with_answers(p["id"], {}, limit=50)) for p in own]
            return 200, {"data": [{"id": one, "timestamp": NOW, "comments": said} for one, said in rows]}
        return None

    def _with_answers(self, where: str, query: Mapping[str, str], *, limit: int) -> dict[str, Any]:
        """Return a page of comments, each with its first answers where there are any."""
        page = self.said_under(where, query, limit=limit)
        answered = [
            c | ({"replies": self.said_under(c["id"], {}, limit=10)} if c["id"] in self.said else {})
            for c in page["data"]
        ]
        return {**page, "data": answered}

    def _answers(self, request: Request) -> Answer:
        """An answer to an answer is put under the comment above both, as Instagram's documentation has it."""
        above = {answer["id"]: top for top, answers in self.said.items() for answer in answers}
        number = request.path.split("/")[1]
        top = above[number] if above[number] not in self.posts else number
        if not request.path.endswith("/replies"):
            return 200, {"id": number} | ({"parent_id": top} if top != number else {})
        if request.method == "POST":
            own = {"id": self.number(), "text": request.fields["message"], "username": "cekfakta", "timestamp": NOW}
            self.said.setdefault(top, []).append(own)
            return 200, {"id": own["id"]}
        return 200, self.said_under(number, request.query, limit=25)

    def publish(self, container: dict[str, Any], field: str) -> Answer:
        if container["status_code"] == "PUBLISHED":
            return 400, _error(9007, "Media ID is not available", "OAuthException", subcode=2207027)
        container["status_code"] = "PUBLISHED"
        number = self.number()
        link = self.page.format(number)
        self.posts[number] = {
            "id": number,
            field: container["text"],
            "permalink": link,
            "parent": container.get("parent"),
        }
        return 200, {"id": number}

    def about(self, number: str) -> Answer:
        if number in self.containers:
            status = self.containers[number]["status_code"]
            return 200, {"id": number, "status_code": status, "status": status}
        if number in self.posts:
            return 200, {**self.posts[number], "like_count": 5, "comments_count": 1}
        return 400, _error(100, "Object does not exist", "GraphMethodException", subcode=33)


class ThreadsStub(InstagramStub):
    """One profile. Replies are posts with a parent; deleting is allowed."""

    account, calls_about = "700", frozenset()
    page = "https://www.threads.net/@cekfakta/post/D{}"

    def act(self, request: Request) -> Answer:
        path, fields = request.path, request.fields
        if path == "/me":
            return 200, {"id": "700", "username": "cekfakta", "name": "Cek Fakta"}
        if path == "/refresh_access_token":
            return super().act(request)
        if (request.method, path) == ("POST", "/700/threads"):
            assert (fields["media_type"] == "IMAGE") == ("image_url" in fields)
            number = self.number()
            parent = fields.get("reply_to_id")
            self.containers[number] = {"text": fields["text"], "status_code": "FINISHED", "parent": parent}
            return 200, {"id": number}
        if path == "/700/threads_publish":
            return self.publish(self.containers[fields["creation_id"]], "text")
        heard = self._heard(request)
        if heard is not None:
            return heard
        if path in {"/700/threads", "/700/replies"}:
            rows = [p for p in reversed(self.posts.values()) if bool(p["parent"]) == (path == "/700/replies")]
            return 200, {"data": [{name: row[name] for name in ("id", "text", "permalink")} for row in rows]}
        number = path.removeprefix("/").removesuffix("/insights")
        if path.endswith("/insights") and number in self.posts:
            names = request.query["metric"].split(",")
            return 200, {"data": [{"name": name, "period": "lifetime", "values": [{"value": 6}]} for name in names]}
        if request.method == "DELETE" and number in self.posts:
            del self.posts[number]
            return 200, {"success": True, "deleted_id": number}
        return self.about(number)

    def _heard(self, request: Request) -> Answer | None:
        """Answer what is asked about the public's own words; None where it is about something else."""
        if request.path == "/700/threads" and "has_replies" in request.query.get("fields", ""):
            own = [post["id"] for post in reversed(self.posts.values()) if not post["parent"]]
            return 200, {"data": [{"id": one, "timestamp": NOW, "has_replies": one in self.said} for one in own]}
        if request.path.endswith("/conversation"):
            assert request.query["reverse"] == "true"
            return 200, self.said_under(request.path.split("/")[1], request.query, limit=25)
        if request.path == "/700/mentions":
            return 200, self.said_under("mentions", request.query, limit=25)
        return None


def _error(code: int, message: str, kind: str, *, subcode: int | None = None) -> dict[str, Any]:
    error = {"message": message, "type": kind, "code": code, "fbtrace_id": "A"}
    return {"error": error | ({"error_subcode": subcode} if subcode else {})}
