"""`make bench`: the workload, Jianwei and its peers on the same files, in one run; answers compared; a table into docs/performance.md.

    python3 run.py [--sizes 100000,1000000] [--runs 5] [--note TEXT] [--peers NAME,…] [--no-report]

Python packages go into a venv under the target folder. What cannot be installed is named and left out; nothing is measured in its place.
Every figure is the median of fresh processes; files are in the page cache, for everyone. Contestants take turns, so that a slow minute of
the machine meets all of them.
"""
import argparse
import datetime
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import days
import workload as w

HERE = w.HERE
ROOT = os.path.dirname(HERE)
REPORT = f"{ROOT}/docs/performance.md"
PACKAGES = ["duckdb", "polars", "pyarrow", "pandas", "numpy"]
MARK = "<!-- written by `make bench`: {} -->"

EVERYTHING = ["duckdb-script", "duckdb-one", "duckdb-one-atoms", "duckdb-person", "duckdb-person-atoms", "polars-script",
              "polars-script-streaming", "polars-one", "polars-one-streaming", "polars-one-streaming-atoms", "polars-person",
              "polars-person-streaming"]
MODELS = ["duckdb-models", "polars-models", "numpy-atoms"]
DECODING = ["duckdb-decode", "pyarrow-decode"]
NEEDS = {"duckdb": {"duckdb"}, "polars": {"polars", "duckdb"}, "numpy": {"numpy", "pyarrow", "pandas"}, "pyarrow": {"pyarrow", "numpy"}}


def say(text):
    print(text, file=sys.stderr, flush=True)


class Process:
    """One command, from start to end: its output, seconds on the wall, and the most memory it ever had (ru_maxrss)."""

    def __init__(self, command, **settings):
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            start = time.perf_counter()
            child = subprocess.Popen(command, stdout=out, stderr=err, **settings)
            _, status, usage = os.wait4(child.pid, 0)
            self.seconds = time.perf_counter() - start
            child.returncode = os.waitstatus_to_exitcode(status)
            self.mib = usage.ru_maxrss / 1024
            self.cpu = usage.ru_utime + usage.ru_stime
            out.seek(0), err.seek(0)
            self.out, self.err = out.read().decode(), err.read().decode()
        if child.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}\nended with {child.returncode}\n{self.out[-2000:]}{self.err[-4000:]}")


# --- what is needed


def target():
    return subprocess.run([f"{ROOT}/scripts/target-dir"], capture_output=True, text=True, check=True).stdout.strip()


def python(base):
    """The Python of the venv, and what of PACKAGES it has, with versions."""
    home = os.environ.get("JIANWEI_BENCH_VENV", f"{base}/venv")
    interpreter = f"{home}/bin/python"
    if not os.path.exists(interpreter):
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
    versions = "import importlib.metadata as m, json\nfound = {}\n" \
               f"for p in {PACKAGES}:\n    try: found[p] = m.version(p)\n    except m.PackageNotFoundError: pass\nprint(json.dumps(found))"
    ask = lambda: json.loads(subprocess.run([interpreter, "-c", versions], capture_output=True, text=True, check=True).stdout)
    found = ask()
    for package in PACKAGES:
        if package not in found:
            subprocess.run([interpreter, "-m", "pip", "install", "--quiet", package], check=False)
    found = ask()
    missing = [package for package in PACKAGES if package not in found]
    if missing:
        say(f"missing, and left out with all that needs them: {', '.join(missing)}")
    return interpreter, found


# --- Jianwei


class Jianwei:
    """The binary, its pack, and a data folder a size."""

    def __init__(self, base):
        self.binary = os.environ.get("JIANWEI_BENCH_BINARY", f"{target()}/release/jianwei")
        self.pack, self.sums = f"{base}/packs/workload", f"{base}/packs/sums"
        w.write_pack(self.pack)
        shutil.rmtree(self.sums, ignore_errors=True)
        shutil.copytree(f"{HERE}/pack/sums", self.sums)
        self.run("check", self.pack, self.sums)

    def run(self, *arguments):
        return Process([self.binary, *arguments, "--lang", "en", "--threads", "2", "--quiet"])

    def take_in(self, data):
        """Takes the files of `data` in; seconds and peak memory per file, and the size of what is kept."""
        folder = f"{data}/jianwei"
        shutil.rmtree(folder, ignore_errors=True)
        self.run("init", "--data", folder, "--pack", self.pack)
        files = {}
        for table in ["place", *w.TABLES]:
            path = next(p for p in (f"{data}/{table}.parquet", f"{data}/{table}.csv") if os.path.exists(p))
            day = w.LISTS_OF if table in w.LISTS else w.AS_OF
            done = self.run("ingest", "--data", folder, "--received", day, "--data-date", day, path)
            files[table] = {"seconds": done.seconds, "mib": done.mib, "cpu": done.cpu, "bytes": os.path.getsize(path)}
        kept = {}
        for path, _, names in os.walk(folder):
            part = os.path.relpath(path, folder).split(os.sep)[0]
            kept[part] = kept.get(part, 0) + sum(os.path.getsize(f"{path}/{name}") for name in names)
        return {"files": files, "seconds": sum(file["seconds"] for file in files.values()),
                "mib": max(file["mib"] for file in files.values()), "bytes": kept}

    def screen(self, data):
        """One cold process, recording included, on a folder as it was after the files were taken in."""
        with copied(f"{data}/jianwei") as folder:
            before = size_of(folder)
            done = self.run("screen", "--data", folder, "--as-of", w.AS_OF, "--format", "json")
            answer = json.loads(done.out)
            recorded = size_of(folder) - before
        models = {model["id"]: model for model in answer["models"]}
        drawn = [models[f"B{number:03d}"] for number in range(w.MODELS)]
        return {"seconds": done.seconds, "mib": done.mib, "cpu": done.cpu, "bytes": recorded,
                "hits": [model["hit"] for model in drawn],
                "unanswered": sum(model["undetermined"] + model["outside"] for model in drawn)}

    def backtest(self, data):
        """All models on the 24 monthly dates up to the last, in one process."""
        done = self.run("backtest", "--data", f"{data}/jianwei", "--from", w.FIRST_OF_24, "--to", w.AS_OF, "--known-by", w.AS_OF, "--format", "json")
        last = {model["id"]: model["dates"][-1]["hit"] for model in json.loads(done.out)["models"]}
        return {"seconds": done.seconds, "mib": done.mib, "hits": [last[f"B{number:03d}"] for number in range(w.MODELS)]}

    def check_sums(self, data):
        """The sums of the features over all households, asked through a second pack; money in fen, as the peers give it."""
        with copied(f"{data}/jianwei") as folder:
            self.run("pack", "add", "--data", folder, self.sums)
            with open(f"{folder}/key", "w") as file:
                file.write("990101\n")
            done = self.run("explain", "--data", folder, "--subject", f"@{folder}/key", "--model", "SUMS", "--as-of", w.AS_OF, "--format", "json")
        conditions = {one["text"].split()[0]: one["left"] for one in json.loads(done.out)[0]["conditions"]}
        names = {"rows": "rows", **{name: f"sum_{name}" for name in w.CHECKED}, "w_now": "count_w_now", "w_old": "count_w_old",
                 "last_sub": "max_last_sub", "n_last_sub": "count_last_sub"}
        return {name: str(conditions[feature]) for name, feature in names.items()}


class copied:
    """A copy of a data folder, as long as it is needed. Files that are never written again are linked, so that the page cache knows them as
    it knows the peers' files."""

    NEVER_WRITTEN = ["tables", "originals", "identities"]

    def __init__(self, folder):
        self.folder = folder

    def __enter__(self):
        self.copy = tempfile.mkdtemp(prefix="copy-", dir=os.path.dirname(self.folder))
        for name in os.listdir(self.folder):
            how = ["-al"] if name in self.NEVER_WRITTEN else ["-a"]
            subprocess.run(["cp", *how, f"{self.folder}/{name}", self.copy], check=True)
        return self.copy

    def __exit__(self, *_):
        shutil.rmtree(self.copy)


def size_of(folder):
    return sum(os.path.getsize(f"{path}/{name}") for path, _, names in os.walk(folder) for name in names)


def standing():
    """The example of crates/jianwei whose answers stay in memory."""
    return os.environ.get("JIANWEI_BENCH_STANDING", f"{target()}/release/examples/standing")


# --- one size


def measure(size, base, jianwei, interpreter, found, chosen, arguments):
    """Everything at one size."""
    data = f"{base}/data/{size}"
    if not os.path.exists(f"{data}/place.csv"):
        say(f"{size}: making the tables")
        subprocess.run([interpreter, f"{HERE}/workload.py", "data", str(size), data], check=True)
    say(f"{size}: taking the files in")
    result = {"households": size, "ingest": jianwei.take_in(data), "runs": {}, "missing": []}
    peers = [name for name in chosen if NEEDS[name.split("-")[0]] <= found.keys()]
    result["missing"] = [name for name in chosen if name not in peers]
    for turn in range(arguments.runs):
        for name in ["jianwei", *peers]:
            done = jianwei.screen(data) if name == "jianwei" else peer(interpreter, name, data)
            result["runs"].setdefault(name, []).append(done)
            say(f"{size}: turn {turn + 1}, {name}: {done['seconds']:.3f} s, {done['mib']:.0f} MiB")
    result["differences"] = differences(result["runs"], jianwei.check_sums(data))
    if "duckdb" in found and not arguments.no_days:
        say(f"{size}: days, inside one process")
        with copied(f"{data}/jianwei") as folder:
            make_day = lambda households, *day: subprocess.run(
                [interpreter, f"{HERE}/workload.py", "day", str(households), f"{data}/scratch", *map(str, day)], check=True)
            result["days"] = days.measure(jianwei, standing(), folder, f"{data}/scratch", size, make_day, lambda: peer(interpreter, "duckdb-days", data))
        result["differences"] += result["days"].pop("differences")
        result["backtest"] = jianwei.backtest(data)
        if result["backtest"]["hits"] != result["runs"]["jianwei"][0]["hits"]:
            result["differences"].append("backtest: other hits on the last date than the screening")
    for difference in result["differences"]:
        say(f"{size}: {difference}")
    return result


def peer(interpreter, name, data):
    done = Process([interpreter, f"{HERE}/peer.py", name, data, f"{data}/scratch"])
    return {**json.loads(done.out), "mib": done.mib, "process": done.seconds, "cpu": done.cpu}


def differences(runs, sums):
    """What is not the same everywhere, in words; nothing if all is."""
    found = []
    expected = runs["jianwei"][0]["hits"]
    if unanswered := runs["jianwei"][0]["unanswered"]:
        found.append(f"jianwei: {unanswered} answers are neither hit nor clear")
    for name, several in runs.items():
        for one in several:
            if "hits" in one and list(one["hits"]) != expected:
                models = [f"B{i:03d} {a} and not {b}" for i, (a, b) in enumerate(zip(one["hits"], expected)) if a != b]
                found.append(f"{name}: other hits than jianwei: {', '.join(models[:5])}")
            if "check" in one and (other := {k: str(v) for k, v in one["check"].items()}) != sums:
                found.append(f"{name}: other sums than jianwei: {sorted(other.items() ^ sums.items())[:6]}")
    return sorted(set(found))


# --- the report


def median(several, key="seconds"):
    return statistics.median(one[key] for one in several)


def best(result, family):
    """The name of the quickest of a family that does everything."""
    names = [name for name in EVERYTHING if name.startswith(family) and name in result["runs"]]
    return min(names, key=lambda name: median(result["runs"][name]), default=None)


def table(header, rows):
    return "\n".join([f"| {' | '.join(header)} |", "|" + "---|" * len(header), *(f"| {' | '.join(row)} |" for row in rows)])


def line(name, several, ours):
    seconds = [one["seconds"] for one in several]
    ratio = f"{median(several) / ours:.2f}" if ours else ""
    return [name, f"{median(several):.3f}", f"{min(seconds):.3f} - {max(seconds):.3f}", ratio, f"{median(several, 'mib'):.0f}"]


def section(result):
    """The tables of one size."""
    runs, size = result["runs"], result["households"]
    ours = median(runs["jianwei"])
    head = ["", "seconds", "from - to", "x Jianwei", "peak MiB"]
    parts = [f"### {size:,} households", "",
             "Everything: from the tables to the hits of the 200 models. Jianwei is the whole process, from start to end, with the run recorded; "
             "the peers are timed inside, without their start and imports.", "",
             table(head, [line("**jianwei screen**", runs["jianwei"], ours)] + [line(name, runs[name], ours) for name in EVERYTHING if name in runs])]
    script, polars = runs.get("duckdb-script"), best(result, "polars")
    decoding = [median(runs[name]) for name in DECODING if name in runs]
    parts += ["", "| gate | asked | measured |", "|---|---|---|"]
    if script:
        parts.append(f"| against the DuckDB script | >= 6 | {median(script) / ours:.2f} |")
    if polars:
        parts.append(f"| against the best Polars form ({polars}) | >= 3 | {median(runs[polars]) / ours:.2f} |")
    if decoding:
        parts.append(f"| against merely decoding | <= 3 | {ours / min(decoding):.2f} |")
    parts += more_gates(result, ours)
    if any(name in runs for name in MODELS):
        parts += ["", "The models alone, features in memory, and merely reading the needed columns:", "",
                  table(["", "seconds", "from - to", "peak MiB"],
                        [[*line(name, runs[name], None)[:3], line(name, runs[name], None)[4]] for name in MODELS + DECODING if name in runs])]
    ingest = result["ingest"]
    mib = lambda size: f"{size / 2**20:.1f}"
    parts += ["", f"Taking the files in: {ingest['seconds']:.1f} s, at most {ingest['mib']:.0f} MiB of memory; kept: "
              + ", ".join(f"{part} {mib(size)} MiB" for part, size in sorted(ingest["bytes"].items())) + ".", "",
              table(["file", "MiB", "seconds", "peak MiB"],
                    [[name, mib(one["bytes"]), f"{one['seconds']:.2f}", f"{one['mib']:.0f}"] for name, one in ingest["files"].items()])]
    if "backtest" in result:
        backtest = result["backtest"]
        parts += ["", f"Backtest of 24 monthly dates x {w.MODELS} models, one process: {backtest['seconds']:.2f} s, that is {backtest['seconds'] / ours:.1f} "
                      f"full screenings; {backtest['mib']:.0f} MiB."]
    if "days" in result:
        parts += ["", "Inside one process:", "", *days.section(result["days"])]
    agree = "All agree: the hits of each model, and the sums of the features." if not result["differences"] else \
        "**Not all agree:** " + "; ".join(result["differences"])
    parts += ["", agree]
    if result["missing"]:
        parts += ["", f"Left out for want of a package: {', '.join(result['missing'])}."]
    return parts


def more_gates(result, ours):
    """What is asked inside one process, of peers that have the features in memory too, and over dates."""
    runs, inside, rows = result["runs"], result.get("days"), []
    if inside and "polars-models" in runs:
        several = runs["polars-models"]
        written = [min(one[f"models, {engine}"] for engine in ["in-memory", "streaming"]) for one in several]
        rows.append(f"| the models alone, against Polars as they are written | >= 10 | {statistics.median(written) / inside['models']:.2f} |")
        rows.append(f"| the models alone, against Polars with each condition once | | {median(several) / inside['models']:.2f} |")
    if inside and "numpy-atoms" in runs:
        rows.append(f"| the models alone, against numpy with each condition once | >= 4 | {median(runs['numpy-atoms']) / inside['models']:.2f} |")
    if inside:
        rows.append(f"| what-if on one model, ms | < 20 | {inside['whatif']['median'] * 1000:.1f} |")
        rows += [f"| a day with 0.5 % new rows, against everything anew | >= 30 | {day['full']['seconds'] / day['seconds']:.1f} |"
                 for day in inside["days"] if day["share"] == 0.005]
    if "backtest" in result:
        rows.append(f"| backtest of 24 dates, in full screenings | < 8 | {result['backtest']['seconds'] / ours:.2f} |")
    return rows


def scaling(results):
    rows = []
    for result in results:
        runs = result["runs"]
        cells = [f"{result['households']:,}", f"{median(runs['jianwei']):.2f}", f"{median(runs['jianwei'], 'mib'):.0f}"]
        for name in ["duckdb-script", best(result, "duckdb"), best(result, "polars")]:
            several = runs.get(name)
            cells.append(f"{median(several):.2f} s, {median(several, 'mib'):.0f} MiB, x{median(several) / median(runs['jianwei']):.2f}" if several else "")
        rows.append(cells)
    return ["### Scaling", "", table(["households", "jianwei, s", "jianwei, MiB", "DuckDB script", "best DuckDB", "best Polars"], rows)]


def raw(results, about):
    """What is kept of every run: each figure, in order."""
    rows = []
    for result in results:
        for name, several in result["runs"].items():
            rows.append([f"{result['households']:,}", name, " ".join(f"{one['seconds']:.3f}" for one in several), f"{median(several, 'mib'):.0f}"])
        rows.append([f"{result['households']:,}", "ingest", f"{result['ingest']['seconds']:.2f}", f"{result['ingest']['mib']:.0f}"])
    return [f"### {about}", "", table(["households", "who", "seconds, in order", "peak MiB"], rows)]


def write_report(results, about, machine):
    """Replaces the latest tables and adds the raw figures on top of the older ones."""
    text = open(REPORT).read()
    begin, end, runs = MARK.format("latest"), MARK.format("end of latest"), MARK.format("runs")
    latest = [about, "", machine, ""] + scaling(results)
    for result in results:
        latest += ["", *section(result)]
    before, rest = text.split(begin, 1)
    _, after = rest.split(end, 1)
    after, older = after.split(runs, 1)
    parts = [before, begin, "\n\n", "\n".join(latest), "\n\n", end, after, runs, "\n\n", "\n".join(raw(results, about)), "\n", older]
    with open(REPORT, "w") as file:
        file.write("".join(parts))


def commit():
    head = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True)
    return head.stdout.strip() or "unknown commit"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="100000,1000000", help="households, separated by commas")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--note", default="", help="what is special about this run")
    parser.add_argument("--peers", help="only these, separated by commas")
    parser.add_argument("--no-days", action="store_true", help="without the days that follow, inside one process")
    parser.add_argument("--no-report", action="store_true", help="leave docs/performance.md alone")
    arguments = parser.parse_args()
    base = os.environ.get("JIANWEI_BENCH", f"{target()}/bench")
    os.makedirs(base, exist_ok=True)
    interpreter, found = python(base)
    if "duckdb" not in found:
        sys.exit("without duckdb there are no tables to measure on: install it into the venv, or set JIANWEI_BENCH_VENV to one that has it")
    jianwei = Jianwei(base)
    results = []
    for size in sorted(int(size) for size in arguments.sizes.split(",")):
        chosen = arguments.peers.split(",") if arguments.peers else EVERYTHING + MODELS + DECODING
        if size > 2_000_000 and results and not arguments.peers:
            # Of each family the quickest so far: the others would take an hour to say nothing new.
            chosen = ["duckdb-script", best(results[-1], "duckdb"), best(results[-1], "polars"), *DECODING]
            chosen = [name for name in dict.fromkeys(chosen) if name]
        results.append(measure(size, base, jianwei, interpreter, found, chosen, arguments))
    now = datetime.datetime.now().strftime("%Y-%m-%d %H:%M")
    about = f"{now}, {commit()}, {arguments.runs} runs" + (f": {arguments.note}" if arguments.note else "")
    versions = ", ".join(f"{name} {version}" for name, version in found.items())
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    machine = f"{os.cpu_count()} cores ({platform.machine()}), load at the end {load}; {versions}."
    with open(f"{base}/result-{now.replace(' ', '-').replace(':', '')}.json", "w") as file:
        json.dump({"about": about, "machine": machine, "results": results}, file)
    if not arguments.no_report:
        write_report(results, about, machine)
    for part in scaling(results):
        print(part)
    sys.exit(1 if any(result["differences"] for result in results) else 0)


if __name__ == "__main__":
    main()
