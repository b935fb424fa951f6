"""A debunk of another case, with its vector by a model that serves nobody, and one that was removed."""

from __future__ import annotations

import numpy as np
from sqlalchemy.orm import Session

from search import changes, documents
from search.models import SearchDocument, SearchModel, SearchVector
from search.types import Document
from tests.noise import LONG_AGO, noise

KEYS = ("noise:1", "noise:2")


@noise
def other_debunks(session: Session) -> None:
    texts = ("Zirkonium xenolit wolfram", "Yttrium kuarsit obsidian")
    rows = [Document(key=key, title=title, language="xx") for key, title in zip(KEYS, texts, strict=True)]
    documents.put_many(session, rows, now=LONG_AGO)
    documents.remove(session, KEYS[1], now=LONG_AGO)
    model = SearchModel(name="noise", revision="0", dim=4, state="retired", created_at=LONG_AGO)
    session.add(model)
    session.flush()
    for row in session.query(SearchDocument).filter_by(key=KEYS[0]):
        data = np.ones(4, "<f4").tobytes()
        session.add(
            SearchVector(
                document_id=row.id, field="title", model_id=model.id, data=data, change_id=changes.draw(session)
            )
        )
