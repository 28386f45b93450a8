"""`LruCache`: the most recently used values, ready for the next request."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

Name = TypeVar("Name", bound=Hashable)
Value = TypeVar("Value")


class LruCache(Generic[Name, Value]):
    """At most `most` values by name.

    Safe to share between threads: each value is made once, and other threads wait for it; making
    one may request others.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.RLock()
        self._values: OrderedDict[Name, Value] = OrderedDict()

    def get(self, name: Name, make: Callable[[], Value]) -> Value:
        """The value of a name, made if it is not cached."""
        with self._lock:
            if name in self._values:
                self._values.move_to_end(name)
                return self._values[name]
            value = self._values[name] = make()
            self._drop_oldest()
        return value

    def peek(self, name: Name) -> Value | None:
        """The value of a name, or None if it is not cached."""
        with self._lock:
            if name in self._values:
                self._values.move_to_end(name)
            return self._values.get(name)

    def put(self, name: Name, value: Value) -> None:
        """Cache a value that was made elsewhere, replacing any cached one."""
        with self._lock:
            self._values[name] = value
            self._values.move_to_end(name)
            self._drop_oldest()

    def get_all(
        self, names: Iterable[Name], make: Callable[[Sequence[Name]], Mapping[Name, Value]]
    ) -> dict[Name, Value]:
        """The values of names, by name; those that are not cached are made together.

        A name that `make` omits is not in the result, and is requested again the next time.
        """
        wanted = dict.fromkeys(names)
        with self._lock:
            missing = [name for name in wanted if name not in self._values]
            if missing:
                self._values.update(make(missing))
            found = {name: self._values[name] for name in wanted if name in self._values}
            for name in found:
                self._values.move_to_end(name)
            self._drop_oldest()
        return found

    def _drop_oldest(self) -> None:
        while len(self._values) > self._most:
            self._values.popitem(last=False)
