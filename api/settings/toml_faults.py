"""What is wrong with a settings file, in words for people who have never seen TOML."""

import re
import tomllib

_LINE = re.compile(r"at line (\d+)")
_ASSIGNMENT = re.compile(r"\s*(?P<name>[\w.-]+)\s*(?P<sign>=|:)\s*(?P<value>.*?)\s*(?:#.*)?")
_BARE = re.compile(r"true|false|[+-]?\d[\d_]*(\.\d+)?|[\[{\"'].*")


def told(text: str, error: tomllib.TOMLDecodeError) -> str:
    """Return which line cannot be read, and what to write instead where that is clear."""
    match = _LINE.search(str(error))
    lines = text.splitlines()
    number = int(match[1]) if match else len(lines)
    line = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    if not line or (match is None and _ASSIGNMENT.fullmatch(line) is None):
        return "this settings file ends too early: a bracket or a quote is not closed"
    return f"line {number}, {line!r}: {_advice(line) or f'this cannot be read ({error})'}"


def _advice(line: str) -> str | None:
    match = _ASSIGNMENT.fullmatch(line)
    if match is None:
        return None if "=" in line else "expected a setting and its value: name = value"
    name, sign, value = match["name"], match["sign"], match["value"]
    if not value:
        return f'there is no value; write {name} = "" for an empty text'
    if not _BARE.fullmatch(value):
        quoted = value.replace("\\", "\\\\").replace('"', "")
        return f'text needs quotes: {name} = "{quoted}"'
    if value[0] == '"' and value.count('"') % 2:
        return "the closing quote is missing"
    if value[0] == '"' and "\\" in value and "'" not in value:
        plain = value.strip('"')
        return f"a backslash in double quotes begins a code; write {name} = '{plain}'"
    if value[0] == "'" and value.count("'") % 2:
        return "the closing quote is missing"
    if sign == ":":
        return f"expected an equals sign: {name} = {value}"
    return None
