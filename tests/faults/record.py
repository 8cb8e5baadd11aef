"""Writes docs/validity/faults.csv: what goes wrong while it runs, what happens then, and the test that asks for it.

Run it as ``python -m tests.faults.record``. It looks whether each test is there.
"""

from __future__ import annotations

from pathlib import Path

from corridorsim.report.files import as_csv

ROOT = Path(__file__).parents[2]
RECORD = ROOT / "docs" / "validity" / "faults.csv"
HEADER = ("fault", "what happens", "test")
FAULTS = "tests/faults/test_faults.py"
KILLS = "tests/experiment/test_kill.py"
NETWORK = "tests/faults/test_network.py"
WORLD = "tests/laws/test_modelled_faults.py"
ROWS = (
    ("a worker process is killed", "its run is done again by another; the digest is that of an undisturbed command",
     f"{FAULTS}::test_a_worker_that_is_killed_is_replaced"),
    ("the command is killed, again and again", "no finished run is lost or run twice; it ends as if undisturbed",
     f"{KILLS}::test_killed_again_and_again_it_ends_as_if_undisturbed"),
    ("the command is killed", "its workers end", f"{KILLS}::test_workers_of_a_killed_command_end"),
    ("the disk is full", "exit code 1 with the cause; finished runs are kept, no half file and no summary stays",
     f"{FAULTS}::test_a_full_disk_is_told_and_the_rest_goes_on_later"),
    ("the disk is full, for a report or figures", "exit code 1, the file and the cause; no half file stays",
     f"{FAULTS}::test_a_report_that_cannot_be_written_is_named_and_leaves_nothing"),
    ("the disk is full, for the folder of `capacity`", "the same; no file of the folder stays, the runs are kept",
     "tests/capacity/test_full_disk.py::test_a_folder_that_cannot_be_written_holds_nothing"),
    ("two commands on one folder of results", "every run is kept once; the result is that of one of them, whole",
     f"{FAULTS}::test_two_commands_on_one_folder_do_not_mix"),
    ("Ctrl-C", "what runs may end and is kept; exit code 130 and the count of kept runs",
     f"{KILLS}::test_ctrl_c_keeps_what_is_done"),
    ("Ctrl-C twice", "it ends at once; exit code 130, what had ended is kept and found again",
     f"{FAULTS}::test_ctrl_c_once_and_twice"),
    ("a kept run is cut, empty or another's", "it is run again",
     f"{FAULTS}::test_a_kept_run_that_is_damaged_is_run_again"),
    ("a result is damaged or lacks a table", "exit code 2, the folder is named, no report is written",
     f"{FAULTS}::test_a_result_that_is_damaged_is_none"),
    ("a table cannot be read", "told at the place that names it, with the system's reason",
     f"{FAULTS}::test_a_file_that_cannot_be_read_is_told_where_it_is_named"),
    ("the folder of results cannot be written", "told before anything runs",
     f"{FAULTS}::test_a_folder_that_cannot_be_written_is_told_before_anything_runs"),
    ("one run of a plan fails", "it stops with words; the other runs are kept and found again by the same command",
     f"{FAULTS}::test_a_plan_with_a_run_that_fails_stops_with_words_and_keeps_the_others"),
    ("the machine has no network", "every command does its work: no socket is asked for",
     f"{NETWORK}::test_no_command_asks_for_a_socket"),
    ("a deadlock in the modelled corridor", "found, and told as a story: who waits for whom, and where",
     f"{WORLD}::test_a_deadlock_is_found_and_told_as_a_story"),
    ("a port closed for a year", "nothing passes, the rest is refused and counted; it runs to its end",
     f"{WORLD}::test_a_port_closed_for_a_year"),
    ("all locomotives failed", "trains stand and wait for them, cargo is refused; the books balance",
     f"{WORLD}::test_all_locomotives_failed"),
    ("a line cut for a month", "trains wait until it is open again",
     f"{WORLD}::test_a_segment_cut_for_a_month_without_another_route"),
    ("the same, with another way that the flows may take", "trains take it (`route_option: either`)",
     f"{WORLD}::test_a_segment_cut_for_a_month_with_another_route"),
    ("no demand", "nothing moves, nothing divides by zero", f"{WORLD}::test_no_demand"),
    ("a demand of a hundred times the capacity", "memory stays bounded; what is refused is counted",
     f"{WORLD}::test_a_hundred_times_the_capacity"),
    ("results of less than a month", "refused in words", f"{WORLD}::test_results_without_a_month_are_refused_in_words"),
    ("cargo for a line that is not open yet", "refused at the gate until the line opens",
     f"{WORLD}::test_cargo_for_a_line_that_is_not_yet_open_is_refused_at_the_gate"),
)  # fmt: skip

#: tests in the same files that are no fault of their own: the other side of one, or of the guard itself
BESIDE = {
    f"{KILLS}::test_a_second_ctrl_c_ends_at_once",
    f"{KILLS}::test_two_commands_at_once_do_not_mix",
    f"{NETWORK}::test_every_locked_dependency_has_its_hashes",
    f"{NETWORK}::test_the_guard_would_notice",
    f"{NETWORK}::test_the_sources_import_nothing_that_speaks_to_a_network",
    f"{NETWORK}::test_what_belongs_to_a_package_is_there",
    f"{WORLD}::test_a_port_closed_for_a_month_catches_up",
    f"{WORLD}::test_patient_cargo_comes_when_the_line_opens",
    f"{WORLD}::test_results_of_a_part_of_a_month_are_those_of_its_days",
}


def record() -> str:
    """The rows. Raises LookupError where a test is not there."""
    for _, _, test in ROWS:
        file, _, name = test.partition("::")
        if f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8"):
            raise LookupError(test)
    return as_csv(HEADER, ROWS)


if __name__ == "__main__":
    RECORD.parent.mkdir(parents=True, exist_ok=True)
    RECORD.write_text(record(), encoding="utf-8")
