"""The `newsearch` command with the hashing encoder in the place of every model."""

from hashing_encoder import HashingEncoder

import index.encoder
from api.cli import main

if __name__ == "__main__":
    index.encoder.load_encoder = lambda name, **_: HashingEncoder()
    main()
