"""Makes the modules of tests/ha and tests/real importable from here. Import it before them."""

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path += [str(TESTS / "real"), str(TESTS / "ha")]

# pylint: disable=wrong-import-position,unused-import
import cluster  # noqa: E402,F401
import harness  # noqa: E402,F401
import suite  # noqa: E402,F401
