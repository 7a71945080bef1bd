"""Where a process may die: before and after each commit, and before and after each call to another machine.

Every commit of ours goes through `writing`, so the places are read from the source: none can be forgotten.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import mash_monitor

PACKAGE = Path(mash_monitor.__file__).parent

CALLS = {
    "channels.twilio.TwilioChannel": ("send", "trace", "find", "replies"),
    "channels.email.EmailChannel": ("send",),
}
"""The calls to another machine, as methods by class."""


@cache
def commits() -> dict[tuple[str, int], str]:
    """The name of each place that commits, by module and line: `deliver.Courier._send.2` is its second commit."""
    names = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ".".join(("mash_monitor", *path.relative_to(PACKAGE).with_suffix("").parts))
        found = defaultdict(list)
        for function, line in _transactions(ast.parse(path.read_text(encoding="utf-8")), ()):
            found[function].append(line)
        for function, lines in found.items():
            for number, line in enumerate(sorted(lines), 1):
                ordinal = f".{number}" if len(lines) > 1 else ""
                names[module, line] = f"{path.stem}.{function}{ordinal}"
    return names


def calls() -> list[str]:
    """The names of the calls: `TwilioChannel.send`."""
    return [f"{name.rpartition('.')[2]}.{method}" for name, methods in CALLS.items() for method in methods]


def _transactions(node: ast.AST, inside: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Each `with writing(…)`: the function around it, and its line."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        inside = (*inside, node.name)
    if isinstance(node, ast.With):
        for item in node.items:
            call = item.context_expr
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "writing":
                yield ".".join(inside), call.lineno
    for child in ast.iter_child_nodes(node):
        yield from _transactions(child, inside)
