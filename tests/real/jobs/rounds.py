"""rounds.py TASKS MILLIS STOP [RESUME]: a client-mode application that works until it is told to stop.

Runs rounds of TASKS tasks of MILLIS each, at least one, until the file STOP exists. With RESUME it then does nothing until
that file exists, and runs one round more. Every round's answer is checked, and printed with the executors that gave it.
"""

import os
import sys
import time

from pyspark import SparkContext


def executor_of_this_process():
    """The id of the executor whose JVM is an ancestor of this Python process."""
    pid = os.getpid()
    while pid > 1:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            pid = int(stat.read().rpartition(")")[2].split()[1])
        with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as cmdline:
            words = cmdline.read().split("\0")
        if "--executor-id" in words:
            return words[words.index("--executor-id") + 1]
    return "none"


def one_round(context, tasks, millis, number):
    def work(task):
        time.sleep(millis / 1000)
        return task * task, executor_of_this_process()

    answers = context.parallelize(range(tasks), tasks).map(work).collect()
    total = sum(square for square, _ in answers)
    expected = sum(task * task for task in range(tasks))
    if total != expected or len(answers) != tasks:
        sys.exit(f"round {number}: {len(answers)} of {tasks} tasks answered, sum {total} where {expected} is right")
    executors = ",".join(sorted({executor for _, executor in answers}))
    print(f"ROUND {number} tasks {tasks} executors {executors}", flush=True)


def main():
    tasks, millis, stop = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    resume = sys.argv[4] if len(sys.argv) > 4 else None
    context = SparkContext()
    print(f"APP {context.applicationId}", flush=True)
    number = 0
    while number == 0 or not os.path.exists(stop):
        number += 1
        one_round(context, tasks, millis, number)
    if resume:
        print("IDLE", flush=True)
        while not os.path.exists(resume):
            time.sleep(0.1)
        number += 1
        one_round(context, tasks, millis, number)
    print(f"RESULT {number} rounds", flush=True)
    context.stop()


if __name__ == "__main__":
    main()
