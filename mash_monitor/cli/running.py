"""The run command: the daemon in the foreground, until it is told to stop."""

import argparse
import os
import signal
import sys

from mash_monitor import clock
from mash_monitor.cli import given
from mash_monitor.cli.logs import configure
from mash_monitor.cli.main import DONE


def run_command(arguments: argparse.Namespace) -> int:
    """Run until SIGTERM or SIGINT. What it prints is the console channel; logs go to standard error."""
    configure(sys.stderr)
    daemon = given.app(arguments).daemon(clock.now)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: daemon.stop())
    daemon.run()
    sys.stdout.flush()
    sys.stderr.flush()
    # A store or a provider that hangs holds a thread that nothing can end; leaving must not wait for it.
    os._exit(DONE)
