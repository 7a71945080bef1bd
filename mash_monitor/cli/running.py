"""The run command: the daemon in the foreground, until it is told to stop."""

import argparse
import gc
import os
import signal
import sys
import threading

from mash_monitor import clock
from mash_monitor.cli import given
from mash_monitor.cli.logs import configure
from mash_monitor.cli.main import DONE
from mash_monitor.web.companion import beside


def run_command(arguments: argparse.Namespace) -> int:
    """Run until SIGTERM or SIGINT. What it prints is the console channel; logs go to standard error."""
    configure(sys.stderr)
    app = given.app(arguments)
    daemon = app.daemon(clock.now)
    daemon.companion = beside(app, daemon)

    def stop(*_: object) -> None:
        # In a thread of its own: a signal may come while the scheduler is half-way through starting a job.
        threading.Thread(target=daemon.stop, name="stop", daemon=True).start()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    gc.freeze()  # what was imported stays
    gc.set_threshold(50_000)
    daemon.run()
    sys.stdout.flush()
    sys.stderr.flush()
    # A store or a provider that hangs holds a thread that nothing can end; leaving must not wait for it.
    os._exit(DONE)
