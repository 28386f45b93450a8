"""The cosines that an encoder usually gives to a question and a text about something else.

An archive with few articles cannot show what is usual, so meaning is measured against this. Every
encoder has a level of its own: unrelated texts have cosines around 0.75 with multilingual-e5-small
and around 0.1 with others.
"""

from dataclasses import dataclass

import numpy as np

from index.domain import EncoderIdentity
from index.protocols import Encoder
from index.text.samples import QUESTIONS, SAMPLES


@dataclass(frozen=True, slots=True)
class UsualCosines:
    """Mean and standard deviation over unrelated pairs."""

    mean: float
    deviation: float


KNOWN = {
    "multilingual-full": UsualCosines(0.755, 0.032),
    "multilingual-4bit": UsualCosines(0.755, 0.032),
    "english": UsualCosines(0.157, 0.131),
    "bundled": UsualCosines(0.157, 0.131),
    "fast": UsualCosines(0.084, 0.090),
}
"""Measured with all questions, so that nothing need be encoded to search with these encoders."""

MEASURED_QUESTIONS = 8
"""The number of questions encoded to measure another encoder: each meets 31 unrelated texts."""


def usual_cosines(identity: EncoderIdentity, encoder: Encoder) -> UsualCosines:
    """Return those of an encoder, measured unless they are known. Raises EncoderError."""
    known = KNOWN.get(identity.name)
    return known or measured(encoder, MEASURED_QUESTIONS)


def measured(encoder: Encoder, questions: int) -> UsualCosines:
    """Measure up to `questions` questions, spread over the languages, with texts about others."""
    chosen = np.linspace(0, len(QUESTIONS) - 1, min(questions, len(QUESTIONS))).astype(int)
    texts = encoder.encode_passages(SAMPLES[: len(QUESTIONS)])
    vectors = np.stack([encoder.encode_query(QUESTIONS[at]) for at in chosen])
    is_about = chosen[:, None] == np.arange(len(QUESTIONS))
    cosines = (vectors @ texts.T)[~is_about]
    return UsualCosines(float(cosines.mean()), float(cosines.std()))
