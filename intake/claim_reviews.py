"""ClaimReview as it is found in the wild: every property may be missing, a list, an object or under another roof."""

from __future__ import annotations

from collections.abc import Iterator

from intake.debunks import (
    LONGEST_LABEL,
    LONGEST_NAME,
    LONGEST_TITLE,
    ImportedDebunk,
    Unreadable,
    date_of,
    language_tag,
    short_key,
    text_of,
    url_of,
)

Node = dict[str, object]


def is_claim_review(value: Node) -> bool:
    """Tell a ClaimReview from other records."""
    kinds = value.get("@type")
    return "claimReviewed" in value or "ClaimReview" in (kinds if isinstance(kinds, list) else [kinds])


def elements_of(document: object) -> list[object]:
    """Return the entries of a document: a DataFeed, a list, a `@graph`, an answer of the Fact Check Tools."""
    if isinstance(document, list):
        return document
    if isinstance(document, dict):
        for name in ("dataFeedElement", "@graph", "claims"):
            if name in document:
                inner = document[name]
                return inner if isinstance(inner, list) else [inner]
    return [document]


def claim_reviews_in(element: object) -> Iterator[object]:
    """Yield what an entry holds: its `item`s where it is a DataFeedItem, one per review of a Fact Check Tools claim.

    Nulls hold nothing and are passed over.
    """
    if isinstance(element, list):
        for inner in element:
            yield from claim_reviews_in(inner)
    elif isinstance(element, dict) and "item" in element:
        yield from claim_reviews_in(element["item"])
    elif isinstance(element, dict) and isinstance(element.get("claimReview"), list):
        for review in element["claimReview"]:
            yield _from_fact_check_tools(element, review) if isinstance(review, dict) else review
    elif element is not None:
        yield element


def read_claim_review(node: Node) -> ImportedDebunk:
    """Return one ClaimReview as a debunk. Raises `Unreadable` when neither a claim nor a title can be found."""
    reviewed = _node(node.get("itemReviewed"))
    claim = text_of(node.get("claimReviewed")) or text_of(reviewed.get("name")) or text_of(reviewed.get("text"))
    title = text_of(node.get("headline")) or text_of(node.get("name")) or claim
    if not title:
        raise Unreadable("claimReviewed is missing")
    url = url_of(node.get("url")) or url_of(node.get("@id")) or url_of(node.get("mainEntityOfPage"))
    explanation = text_of(node.get("reviewBody")) or text_of(node.get("description"))
    return ImportedDebunk(
        key=short_key("claimreview", url, claim or title),
        title=title[:LONGEST_TITLE],
        claim=claim,
        explanation=explanation,
        original_label=_label(node.get("reviewRating")),
        verdict=None,
        misinfo_type=None,
        language=language_tag(node.get("inLanguage"), f"{title} {claim}"),
        published_on=date_of(node.get("datePublished")) or date_of(node.get("dateCreated")),
        url=url,
        source_name=_organisation(node),
        topics=_keywords(node.get("keywords")),
    )


def _from_fact_check_tools(claim: Node, review: Node) -> Node:
    """Return a result of `claims:search` in the words of schema.org."""
    return {
        "@type": "ClaimReview",
        "claimReviewed": claim.get("text"),
        "headline": review.get("title"),
        "url": review.get("url"),
        "datePublished": review.get("reviewDate"),
        "inLanguage": review.get("languageCode"),
        "author": review.get("publisher"),
        "reviewRating": {"alternateName": review.get("textualRating")},
    }


def _node(value: object) -> Node:
    """Return an object where one is expected; of a list the first, of a bare value none."""
    if isinstance(value, list):
        return next((item for item in value if isinstance(item, dict)), {})
    return value if isinstance(value, dict) else {}


def _label(rating: object) -> str:
    """Return the rating in words, as written; a number only where there are no words and its scale makes sense."""
    if isinstance(rating, str):
        return text_of(rating, longest=LONGEST_LABEL)
    node = _node(rating)
    node = {**_node(node.get("properties")), **node}
    words = text_of(node.get("alternateName"), longest=LONGEST_LABEL) or text_of(
        node.get("name"), longest=LONGEST_LABEL
    )
    if words:
        return words
    value, best, worst = (text_of(node.get(name)) for name in ("ratingValue", "bestRating", "worstRating"))
    meaningless = not value or value == "-1" or (best != "" and best == worst)
    return "" if meaningless else f"{value}/{best}" if best else value


def _organisation(node: Node) -> str:
    for name in ("author", "publisher", "creator", "sdPublisher"):
        value = node.get(name)
        found = text_of(value) if isinstance(value, str) else text_of(_node(value).get("name"))
        if not found and isinstance(value, dict):
            found = text_of(value.get("site"))
        if found:
            return found[:LONGEST_NAME]
    return ""


def _keywords(value: object) -> tuple[str, ...]:
    words = value if isinstance(value, list) else text_of(value).split(",")
    return tuple(dict.fromkeys(word.casefold() for word in map(text_of, words) if word))
