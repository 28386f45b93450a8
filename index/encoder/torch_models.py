"""Shared by the adapters of sentence-transformers: quiet loading and error translation."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import EncoderError


@contextmanager
def loading(path: Path, kind: str, what_to_do: str) -> Iterator[None]:
    """Turn any error of the library for a damaged or unsuitable model into EncoderError.

    The message says "cannot load this `kind`" and ends with `what_to_do`.
    """
    from safetensors import SafetensorError

    with quiet():
        try:
            yield
        except (
            SafetensorError,
            OSError,
            ValueError,
            TypeError,
            LookupError,
            ImportError,
            AttributeError,
            RuntimeError,
        ) as error:
            raise EncoderError(
                f"{path}: sentence-transformers cannot load this {kind} "
                f"({type(error).__name__}: {error}). {what_to_do}"
            ) from error


@contextmanager
def quiet() -> Iterator[None]:
    """Suppress warnings, progress bars and advice from transformers inside the block."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from transformers.utils import logging

        verbosity, has_bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            yield
        finally:
            logging.set_verbosity(verbosity)
            if has_bars:
                logging.enable_progress_bar()  # type: ignore[no-untyped-call]
