"""Why an outside message, link or picture was not taken in."""

from __future__ import annotations

from kernel import errors


class Empty(errors.Invalid):
    """Nothing visible was sent. Raised with `field`."""

    code = "intake_empty"


class TooLong(errors.Invalid):
    """The text has more characters than are read. Facts: `limit` and `length`, in characters."""

    code = "intake_too_long"


class ControlCharacters(errors.Invalid):
    """The text holds characters that are no text: NUL, other control codes, halves of a surrogate pair."""

    code = "intake_control_characters"


class BadUrl(errors.Invalid):
    """What stands in the link field is no web address."""

    code = "intake_bad_url"


class LinkRefused(errors.Invalid):
    """The link will not be fetched. Fact `reason`: scheme, port, userinfo, host, address, redirects, size, kind."""

    code = "intake_link_refused"


class LinkUnreachable(errors.Unavailable):
    """The page did not answer in time or in order. Fact `reason`: name, connection, deadline, status, protocol."""

    code = "intake_link_unreachable"


class BadDebunkFile(errors.Invalid):
    """The file of debunks cannot be taken in. Fact `reason`: empty, size, broken."""

    code = "intake_bad_debunk_file"


class BadImage(errors.Invalid):
    """The picture cannot be used. Fact `reason`: kind, size, pixels, broken."""

    code = "intake_bad_image"


class OcrUnavailable(errors.Unavailable):
    """The optional OCR engine is not installed."""

    code = "intake_ocr_unavailable"


class MediaUnavailable(errors.Unavailable):
    """The disk does not take the picture now."""

    code = "intake_media_unavailable"


class TooManyPictures(errors.Invalid):
    """More pictures were sent than are looked at. Fact: `limit`."""

    code = "intake_too_many_pictures"


class PicturesTooLarge(errors.Invalid):
    """The pictures together have more bytes than a request may have. Fact: `limit`, in bytes."""

    code = "intake_pictures_too_large"
