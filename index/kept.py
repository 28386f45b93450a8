"""`Kept`: the few values that were asked for last, so that the next request finds them made."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Name = TypeVar("Name", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Name, Value]):
    """At most `most` values by name. Safe to share between threads: each is made once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._values: OrderedDict[Name, Value] = OrderedDict()

    def get(self, name: Name, make: Callable[[], Value]) -> Value:
        """The value of a name, made where it is not kept."""
        with self._lock:
            if name not in self._values:
                self._values[name] = make()
                if len(self._values) > self._most:
                    self._values.popitem(last=False)
            self._values.move_to_end(name)
            return self._values[name]
