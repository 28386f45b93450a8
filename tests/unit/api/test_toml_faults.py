"""What is wrong with a settings file is said in words: quotes, signs, values."""

from pathlib import Path

import pytest

from api.settings.resolving import resolve
from index.errors import SettingsError


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("encoder = fast", "line 1, 'encoder = fast': text needs quotes: encoder = \"fast\""),
        ("port = 80\nhost = 0.0.0.0", 'text needs quotes: host = "0.0.0.0"'),
        ("# ours\n\nhost = a.example  # here", 'text needs quotes: host = "a.example"'),
        ("# ours\n\nhost = a.example  # here", "line 3, 'host = a.example  # here'"),
        ('host = "0.0.0.0', "the closing quote is missing"),
        ("host = '0.0.0.0", "the closing quote is missing"),
        ('cache_dir = "C:\\Users\\ada"', "write cache_dir = 'C:\\Users\\ada'"),
        ("host =", 'there is no value; write host = "" for an empty text'),
        ("port: 80", "expected an equals sign: port = 80"),
        ("port 80", "expected a setting and its value: name = value"),
        ("proxies = [\n'127.0.0.1'", "ends too early"),
    ],
)  # fmt: skip
def test_what_is_written_is_quoted_and_put_right(tmp_path: Path, written: str, said: str) -> None:
    path = tmp_path / "newsearch.toml"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        resolve(config=path, environ={})
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)
    assert "column" not in str(caught.value)


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "newsearch.toml"
    path.write_bytes('host = "hafenbüro"'.encode("cp1252"))
    with pytest.raises(SettingsError, match="not a text file in UTF-8"):
        resolve(config=path, environ={})
