"""Inside one process: the models with every value in memory, a line moved, and days on which a little comes in.

Jianwei is the example `standing` of crates/jianwei: a data folder whose answers stay in memory. Each day's files are taken in by
`jianwei ingest` while it stands, and that is timed apart. DuckDB gets the same days: as the script over everything, and as a script
written by hand that computes only the households of rows that came or left a window. Hits must be equal on every day.
"""
import datetime
import json
import os
import re
import statistics
import subprocess

import workload as w

# The share of new rows of each day, in order; the first only passes, the second pays for the index by subject that later days extend.
SHARES = [0, 0.0005, 0.0005, 0.005, 0.05]


class Standing:
    """The process whose answers stay in memory."""

    def __init__(self, binary, folder):
        self.child = subprocess.Popen([binary, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def say(self, line):
        self.child.stdin.write(line + "\n")
        self.child.stdin.flush()
        answer = self.child.stdout.readline()
        if not answer:
            raise RuntimeError(f"`{line}`: the process ended")
        return json.loads(answer)

    def peak(self):
        """The most memory it ever had, MiB."""
        with open(f"/proc/{self.child.pid}/status") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))

    def leave(self):
        self.child.stdin.close()
        self.child.wait()


def other_line(formula):
    """`formula` with its first line moved by a tenth."""
    move = lambda found: f"{found[1]} {int(int(found[2]) * 1.1) + 1}"
    return re.sub(r"([<>]=?) (\d+)", move, formula, count=1)


def measure(jianwei, binary, folder, scratch, households, make_day, peer):
    """All figures of one data folder, which is changed. `make_day` makes a day's files in `scratch`, `peer` runs the days in DuckDB."""
    os.makedirs(scratch, exist_ok=True)
    standing = Standing(binary, folder)
    try:
        first = standing.say(f"ask {w.AS_OF}")
        models = [standing.say("models") for _ in range(9)]
        found = {"first": first["seconds"], "models": statistics.median(one["seconds"] for one in models), "differences": []}
        if any(one["hits"] != first["hits"] for one in models):
            found["differences"].append("the models anew: other hits")
        tried = [standing.say(f"whatif B{number:03d} {other_line(w.formula(model, 1))}") for number, model in enumerate(w.models())]
        seconds = [one["seconds"] for one in tried if "seconds" in one and one["enter"] + one["leave"] > 0]
        found["whatif"] = {"median": statistics.median(seconds), "most": max(seconds), "moved": len(seconds)}
        found["days"] = days(jianwei, standing, folder, scratch, lambda *day: make_day(households, *day))
        found["mib"] = standing.peak()
    finally:
        standing.leave()
    said = peer()
    for position, day in enumerate(found["days"]):
        day["full"], day["changed"] = said["full"][position], said["changed"][position]
        for name in ["full", "changed"]:
            if list(day[name].pop("hits")) != day["hits"]:
                found["differences"].append(f"{day['day']}: duckdb ({name}) has other hits than jianwei")
        del day["hits"]
    return found


def days(jianwei, standing, folder, scratch, make_day):
    said, listed = [], []
    for number, share in enumerate(SHARES):
        day = str(datetime.date.fromisoformat(w.AS_OF) + datetime.timedelta(days=number + 1))
        listed.append({"name": str(number), "day": day, "share": share})
        ingest = 0
        if share:
            make_day(number, day, share)
            for table in ["claim", "wage", "subsidy"]:
                done = jianwei.run("ingest", "--data", folder, "--received", day, "--data-date", day, f"{scratch}/{table}-{number}.parquet")
                ingest += done.seconds
        answer = standing.say(f"ask {day}")
        said.append({"day": day, "share": share, "ingest": ingest, **answer})
    with open(f"{scratch}/days.json", "w") as file:
        json.dump(listed, file)
    return said


def section(found):
    """The tables of one size."""
    cell = lambda seconds: f"{seconds:.3f}" if seconds >= 0.01 else f"{seconds:.4f}"
    rows = ["| | seconds |", "|---|---|",
            f"| everything, from the folder to the answers of 200 models | {cell(found['first'])} |",
            f"| 200 models with their conditions, values in memory (median of 9) | {cell(found['models'])} |",
            f"| a line of one model moved (median of {found['whatif']['moved']} models) | {cell(found['whatif']['median'])} |",
            f"| the slowest of these | {cell(found['whatif']['most'])} |", "",
            f"Peak memory of the process: {found['mib']:.0f} MiB.", "",
            "Days that follow, one after the other; hits equal on each unless said otherwise:", "",
            "| new rows | jianwei, s | taking the files in, s | DuckDB, everything anew, s | x Jianwei | DuckDB, by hand, s | x Jianwei | households touched |",
            "|---|---|---|---|---|---|---|---|"]
    for day in found["days"]:
        full, changed, ours = day["full"]["seconds"], day["changed"]["seconds"], day["seconds"]
        rows.append(f"| {day['share'] * 100:g} % | {cell(ours)} | {cell(day['ingest'])} | {full:.2f} | {full / ours:.1f} | {changed:.2f} | "
                    f"{changed / ours:.2f} | {day['changed']['touched']:,} |")
    return rows
