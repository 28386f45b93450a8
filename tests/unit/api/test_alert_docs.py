"""docs/alerts.md: the check of a signature that it shows accepts what is sent, and nothing else."""

import re
from pathlib import Path
from typing import Any

from api.alerts.delivery import signature

PAGE = Path(__file__).parents[3] / "docs" / "alerts.md"


def test_the_check_of_a_signature_works() -> None:
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert code is not None
    names: dict[str, Any] = {}
    exec(code[1], names)
    secret, body = "whsec_c2VjcmV0", b'{"type": "alert.test"}'
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1750000000",
        "webhook-signature": signature(secret, "msg_1", "1750000000", body),
    }
    assert names["is_genuine"](secret, headers, body)
    assert not names["is_genuine"](secret, headers, body + b" ")
    assert not names["is_genuine"](secret, {**headers, "webhook-timestamp": "1750000001"}, body)
    assert not names["is_genuine"]("whsec_b3RoZXI=", headers, body)
