"""An image built for real without a container engine: buildah, over a base made by debootstrap.

The base carries the name that the Dockerfile asks for. What is built runs in a chroot, with this
machine's kernel, network and no limits of its own.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

BASE = "docker.io/library/python:3.11-slim-bookworm"
TOOLS = "buildah", "debootstrap"
PACKAGES = "python3,python3-venv,ca-certificates"
CERTIFICATES = Path("/etc/ssl/certs")


def why_not() -> str | None:
    """Return why nothing can be built here; None if it can."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        return f"{' and '.join(missing)} missing (Debian: apt-get install {' '.join(missing)})"
    return None if os.geteuid() == 0 else "debootstrap needs root"


@dataclass
class Builder:
    """Images in a folder of their own."""

    folder: Path
    options: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.options = [
            "--root", str(self.folder / "images"), "--runroot", str(self.folder / "run"),
            "--storage-driver", os.environ.get("STORAGE_DRIVER", "overlay"),
        ]  # fmt: skip

    def command(self, *words: str) -> list[str]:
        return ["buildah", *self.options, *words]

    def run(self, *words: str) -> str:
        """Run buildah and return what it prints."""
        done = subprocess.run(self.command(*words), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout.strip()

    def make_base(self) -> None:
        """Make the image that the Dockerfile begins with."""
        root = self.folder / "base"
        subprocess.run(
            ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(root)],
            check=True, capture_output=True,
        )  # fmt: skip
        (root / "usr/bin/python").symlink_to("python3")
        container = self.run("from", "scratch")
        self.run("add", "--quiet", container, str(root), "/")
        self.run("config", "--env", "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", container)
        self.run("commit", "--quiet", "--rm", container, BASE)

    def build(self, dockerfile: Path, context: Path, tag: str, wheels: Path | None) -> None:
        """Build an image; `wheels` is a folder of this machine where pip looks as well."""
        seen = [f"--volume={CERTIFICATES}:{CERTIFICATES}:ro"]
        if wheels is not None:
            seen += [f"--volume={wheels}:{wheels}:ro"]
            seen += ["--build-arg", f"PIP_OPTIONS=--find-links {wheels}"]
        self.run(
            "build", "--isolation=chroot", "--format=docker", "--layers=false", "--pull=never",
            *seen, "--file", str(dockerfile), "--tag", tag, str(context),
        )  # fmt: skip
