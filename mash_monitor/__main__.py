"""`python -m mash_monitor` is `mash-monitor`."""

import sys

from mash_monitor.cli import main

sys.exit(main())
