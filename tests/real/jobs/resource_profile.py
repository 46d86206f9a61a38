"""resource_profile.py STOP: one stage on default executors, then one that asks for executors of another shape.

The second stage's tasks work in rounds until the file STOP exists, so that the other executors can be looked at.
"""

import os
import sys
import time

from pyspark import SparkContext
from pyspark.resource import ExecutorResourceRequests, ResourceProfileBuilder, TaskResourceRequests


def main():
    stop = sys.argv[1]
    context = SparkContext()
    print(f"APP {context.applicationId}", flush=True)
    plain = context.parallelize(range(4), 4).map(lambda number: number + 1).sum()
    print(f"DEFAULT {plain}", flush=True)
    executors = ExecutorResourceRequests().cores(1).memory("600m")
    profile = ResourceProfileBuilder().require(executors).require(TaskResourceRequests().cpus(1)).build
    print(f"PROFILE {profile.id}", flush=True)

    def work(number):
        time.sleep(0.3)
        return number * 2

    shaped = 0
    while shaped == 0 or not os.path.exists(stop):
        shaped = context.parallelize(range(4), 4).withResources(profile).map(work).sum()
        print(f"SHAPED {shaped}", flush=True)
    print(f"RESULT {plain} {shaped}", flush=True)
    context.stop()


if __name__ == "__main__":
    main()
