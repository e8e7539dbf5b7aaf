"""``python -m labcore``: see `labcore.cli`."""

import sys

from .cli import main

sys.stdout.reconfigure(errors="backslashreplace")  # a file on Windows may not take "≥": no result is lost to that
sys.exit(main())
