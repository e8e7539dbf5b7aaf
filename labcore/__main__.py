"""``python -m labcore``: see `labcore.cli`."""

import sys

from .cli import main

sys.exit(main())
