"""Which encoder a model's name stands for."""

from __future__ import annotations

from search.encoder.port import DEFAULT_MODEL, Encoder, EncoderSettings


def load(settings: EncoderSettings) -> Encoder:
    """Load the model that the settings name, in seconds; raises one of `thread.LOADING_ERRORS` when it is missing."""
    if settings.model == DEFAULT_MODEL:
        from search.encoder.nano import NanoEncoder

        return NanoEncoder(threads=settings.threads)
    from search.encoder.sentence import SentenceEncoder

    return SentenceEncoder(settings.model, threads=settings.threads)
