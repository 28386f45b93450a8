"""What a language model is given of a hit: its best passages and where they come from."""

from typing import Any

from api.schemas.hits import HitBody


def text_of(hit: HitBody) -> str:
    """Return the passages in the article's order; the title if there are none."""
    passages = sorted(hit.passages, key=lambda passage: passage.start)
    return "\n\n".join(passage.text for passage in passages) or hit.title


def about(hit: HitBody) -> dict[str, Any]:
    """Return what to cite; fields without a value are left out."""
    said = {
        "id": hit.id, "title": hit.title, "source": hit.source, "date": hit.date, "url": hit.url,
        "language": hit.language, "score": hit.score,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value is not None}
