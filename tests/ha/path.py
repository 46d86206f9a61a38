"""Makes the modules of tests/real importable from here: the harness and the cluster are shared. Import it before them."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "real"))

# pylint: disable=wrong-import-position,unused-import
import cluster  # noqa: E402,F401
import harness  # noqa: E402,F401
import suite  # noqa: E402,F401
