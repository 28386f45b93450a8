"""What every JSON answer is."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """A part of an answer. It can be validated from an object whose attributes have its names."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return self.model_dump(mode="json")

    def to_json_bytes(self) -> bytes:
        """The same values as JSON, in UTF-8."""
        return self.model_dump_json(by_alias=True).encode()
