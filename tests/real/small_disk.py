"""A file system that can be full: for the recovery directory of a master that a test watches.

Root mounts a small tmpfs, which is full in earnest; anybody else sets a limit on the size of the files that the running master
writes, to what they are now. Either way writing goes on after free(). close() must be called when the master has ended.
"""

import os
import resource
import subprocess
from pathlib import Path

from harness import check

MOUNTED_SIZE_KB = 1024


class SmallDisk:
    """`folder` is made here; the master's records go there."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True)
        self._limited = None
        self._mounted = os.geteuid() == 0 and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={MOUNTED_SIZE_KB}k", "pilotlight-test", str(self.folder)],
            capture_output=True, check=False).returncode == 0

    def fill(self, master):
        """Not a byte more can be written by `master`, a Process."""
        if self._mounted:
            with open(self.folder / "filler", "wb", buffering=0) as filler:
                try:
                    while filler.write(bytes(4096)) == 4096:
                        pass
                except OSError:
                    pass
            return
        largest = max(path.stat().st_size for path in self.folder.iterdir())
        check(largest > 2 * master.log.stat().st_size, f"the master's records ({largest} bytes) are not larger than its log")
        self._limited = master.pid, resource.prlimit(master.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(master.pid, resource.RLIMIT_FSIZE, (largest, self._limited[1][1]))

    def free(self):
        if self._mounted:
            (self.folder / "filler").unlink()
        elif self._limited:
            resource.prlimit(self._limited[0], resource.RLIMIT_FSIZE, self._limited[1])
            self._limited = None

    def close(self):
        if self._mounted:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=False)
            self._mounted = False
