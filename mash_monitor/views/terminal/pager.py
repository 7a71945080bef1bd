"""Lists that are longer than the screen, page by page."""

import os
import shlex
import shutil
import subprocess

from rich.console import Console
from rich.pager import Pager


class Pages(Pager):
    """Shows what is longer than the screen by $PAGER, else by less where there is one; prints the rest."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def show(self, content: str) -> None:
        """Print, or page and wait until the reader has seen enough."""
        command = os.environ.get("PAGER") or shutil.which("less")
        if command is None or content.count("\n") < self._console.height:
            self._console.file.write(content)
            return
        subprocess.run(  # noqa: S603 - the pager is the user's own
            shlex.split(command), input=content.encode(self._console.encoding, "backslashreplace"),
            env={"LESS": "FRX", **os.environ}, check=False,  # as git does: let colours through
        )  # fmt: skip
