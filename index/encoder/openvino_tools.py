"""Leaves out the tools that OpenVINO's package imports along: its model converter, with an HTTP
client and a reporter of usage. Nothing here needs them, and they cost a tenth of a second.
"""

import sys

_TOOLS = "openvino.tools.ovc"


def spare_openvino_tools() -> None:
    """Let `import openvino` do without its tools, which it allows for, in this process.

    For programs of our own; in others' processes somebody else may want them.
    """
    # None is Python's own way to say that a module cannot be imported.
    sys.modules.setdefault(_TOOLS, None)  # type: ignore[arg-type]
