"""X, version 2. Requests and replies are validated with the models of X's own SDK, made from its OpenAPI document.

Those models let anything extra pass and require little, so what they do not know counts as a violation here.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ValidationError
from xdk.media import models as media
from xdk.posts import models as posts
from xdk.users import models as users

from tests.channels.stubs.server import Answer, Request, Stub

LINK = re.compile(r"https?://\S+")


class XStub(Stub):
    """One user with their posts, newest first where they are read."""

    def __init__(self, token: str = "rahasia") -> None:
        super().__init__()
        self.token = token
        self.posts: dict[str, dict[str, Any]] = {}
        self.alt_texts: dict[str, str] = {}
        self._last = 1_800_000_000_000_000_000
        self.mentions = [(77, "@cekfakta benar?")]
        """Numbers and texts, the newest first."""

    def answer(self, request: Request) -> Answer:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return 401, {"title": "Unauthorized", "status": 401, "type": "about:blank"}
        for pattern, method, handler in self._routes:
            match = re.fullmatch(pattern, request.path)
            if match and method == request.method:
                return handler(self, request, *match.groups())
        raise ValueError("no such endpoint")

    def _me(self, _request: Request) -> Answer:
        user = {"id": "42", "name": "Cek Fakta", "username": "cekfakta"}
        return 200, _checked(users.GetMeResponse, {"data": user})

    def _create(self, request: Request) -> Answer:
        _checked(posts.CreateRequest, request.fields)
        text = request.fields["text"]
        if any(post["text"] == text for post in self.posts.values()):
            detail = "You are not allowed to create a Tweet with duplicate content."
            return 403, {"detail": detail, "status": 403, "title": "Forbidden", "type": "about:blank"}
        parent = request.fields.get("reply", {}).get("in_reply_to_tweet_id")
        if parent and parent not in self.posts:
            return 400, {"title": "Invalid Request", "status": 400, "type": "about:blank"}
        self._last += 1
        links = [
            {"start": m.start(), "end": m.end(), "url": "https://t.co/x", "expanded_url": m.group()}
            for m in LINK.finditer(text)
        ]
        self.posts[str(self._last)] = {
            "id": str(self._last),
            "text": text,
            "entities": {"urls": links},
            "created_at": datetime.now(UTC).isoformat(),
            "parent": parent,
        }
        return 201, _checked(posts.CreateResponse, {"data": {"id": str(self._last), "text": text}})

    def _timeline(self, request: Request, user: str) -> Answer:
        if user != "42":
            raise ValueError("not our timeline")
        shown = [
            {name: post[name] for name in ("id", "text", "entities")}
            for post in reversed(self.posts.values())
            if post["created_at"][:19] + "Z" >= request.query.get("start_time", "")
        ]
        return 200, _checked(users.GetPostsResponse, {"data": shown, "meta": {"result_count": len(shown)}})

    def _post(self, _request: Request, number: str) -> Answer:
        if number not in self.posts:
            problem = {"title": "Not Found Error", "type": "https://api.twitter.com/2/problems/resource-not-found"}
            return 200, {"errors": [{**problem, "detail": f"Could not find tweet with id: [{number}]."}]}
        counts = {"like_count": 3, "repost_count": 2, "reply_count": 1, "quote_count": 0}
        counts |= {"impression_count": 90, "bookmark_count": 0}
        post = {"id": number, "text": self.posts[number]["text"], "public_metrics": counts}
        return 200, _checked(posts.GetByIdResponse, {"data": post})

    def _delete(self, _request: Request, number: str) -> Answer:
        if self.posts.pop(number, None) is None:
            return 404, {"title": "Not Found Error", "status": 404, "type": "about:blank"}
        return 200, _checked(posts.DeleteResponse, {"data": {"deleted": True}})

    def _upload(self, request: Request) -> Answer:
        _checked(media.UploadRequest, request.fields)
        return 200, _checked(media.UploadResponse, {"data": {"id": "9001", "media_key": "3_9001"}})

    def _metadata(self, request: Request) -> Answer:
        _checked(media.CreateMetadataRequest, request.fields)
        self.alt_texts[request.fields["id"]] = request.fields["metadata"]["alt_text"]["text"]
        return 200, {"data": {"id": request.fields["id"]}}

    def _mentions(self, request: Request, _user: str) -> Answer:
        newer = [one for one in self.mentions if one[0] > int(request.query.get("since_id", "0"))]
        start, limit = int(request.query.get("pagination_token", "0")), int(request.query["max_results"])
        assert 5 <= limit <= 100
        shown = [
            {"id": str(number), "text": text, "author_id": "5", "created_at": "2026-11-24T09:00:00.000Z"}
            for number, text in newer[start : start + limit]
        ]
        if not shown:
            return 200, {"meta": {"result_count": 0}}
        people = {"users": [{"id": "5", "name": "Ibu Ani", "username": "ani"}]}
        meta: dict[str, Any] = {"result_count": len(shown), "newest_id": shown[0]["id"], "oldest_id": shown[-1]["id"]}
        if start + limit < len(newer):
            meta["next_token"] = str(start + limit)
        return 200, _checked(users.GetMentionsResponse, {"data": shown, "includes": people, "meta": meta})

    _routes = (
        (r"/2/users/me", "GET", _me),
        (r"/2/tweets", "POST", _create),
        (r"/2/users/(\d+)/tweets", "GET", _timeline),
        (r"/2/users/(\d+)/mentions", "GET", _mentions),
        (r"/2/tweets/(\d+)", "GET", _post),
        (r"/2/tweets/(\d+)", "DELETE", _delete),
        (r"/2/media/upload", "POST", _upload),
        (r"/2/media/metadata", "POST", _metadata),
    )


def _checked(model: type[BaseModel], value: Any) -> Any:
    """Return a value that its model knows to the last key."""
    try:
        read = model.model_validate(value)
    except ValidationError as error:
        raise ValueError(f"{model.__name__}: {error}") from error
    unknown = _extras(read)
    if unknown:
        raise ValueError(f"{model.__name__} does not know {unknown}")
    return value


def _extras(model: BaseModel) -> list[str]:
    found = list(model.model_extra or {})
    for name in type(model).model_fields:
        child = getattr(model, name)
        for item in child if isinstance(child, list) else [child]:
            if isinstance(item, BaseModel):
                found += _extras(item)
    return found
