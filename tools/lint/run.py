#!/usr/bin/env python3
"""Checks of the repository itself: tools/lint/run.py [words]. Prints PASS or FAIL for each check that has a word in its name
(default: all), and `N passed, N failed` last. A check is a function that returns problems (tree.py)."""

import sys
import time

import documents
import files
import layering
import programs

CHECKS = [
    layering.graph_is_as_drawn,
    layering.pure_includes_only_pure,
    layering.pure_calls_nothing_impure,
    layering.headers_hide_libraries,
    files.no_file_is_too_long,
    files.headers_begin_with_a_contract,
    files.nothing_is_left_unfinished,
    files.nothing_is_of_one_machine,
    files.text_is_tidy,
    files.scripts_can_be_run,
    documents.links_lead_somewhere,
    programs.scripts_pass_shellcheck,
    programs.yaml_passes_yamllint,
    programs.dockerfiles_pass_hadolint,
    programs.unit_passes_systemd_analyze,
    programs.python_parses,
    programs.code_is_formatted,
    programs.dialect_tables_are_fresh,
    programs.generated_files_are_fresh,
]
SHOWN = 20


def main():
    passed = failed = 0
    for check in CHECKS:
        if sys.argv[1:] and not any(word in check.__name__ for word in sys.argv[1:]):
            continue
        started = time.monotonic()
        try:
            problems = check()
        except Exception as error:  # pylint: disable=broad-except  a check that cannot run has failed
            problems = [f"the check itself failed: {type(error).__name__}: {error}"]
        print(f"{'FAIL' if problems else 'PASS'} {check.__name__} {time.monotonic() - started:.1f} s", flush=True)
        for problem in problems[:SHOWN]:
            print(f"     {problem}")
        if len(problems) > SHOWN:
            print(f"     and {len(problems) - SHOWN} more")
        failed += bool(problems)
        passed += not problems
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
