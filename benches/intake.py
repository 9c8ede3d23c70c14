"""The bulk file of intake, and what else reads it.

    python3 benches/intake.py generate FILE [--rows 10000000]       # medical settlements in GB18030, all columns, 1 % of rows to be refused
    python3 benches/intake.py measure FILE --jianwei BINARY          # taken in by Jianwei; merely read by DuckDB and Polars

Jianwei checks each row (citizen number with its check digit, place code, dates, money, agreed words, two row checks), links it, keeps the original
(compressed) and the typed table, and lists every refused row. The peers parse the text into columns of strings and numbers: DuckDB does not read
GB18030 and Polars not in pieces, so both are given the same rows in UTF-8, which is easier.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time

HEADER = "身份证号,结算日期,入院日期,就医类别,是否外伤,总费用,基金支付,个人自付,医院所在乡镇"
SETTINGS = ["住院", "普通住院", "门诊", "门诊慢特病"]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def number(serial):
    """A valid number of nobody: region 99."""
    digits = f"9901{1 + serial % 8:02d}{1930 + serial // 97 % 90}{1 + serial // 7 % 12:02d}{1 + serial // 31 % 28:02d}{serial // 1009 % 1000:03d}"
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, WEIGHTS)) % 11]


DISTINCT = 1_000_000


def generate(path, rows):
    """Ten million rows are a million different ones ten times over: making them takes a minute instead of ten."""
    bodies = write(path, min(rows, DISTINCT))
    for name, body in bodies.items():
        with open(name, "ab") as out:
            left = rows - min(rows, DISTINCT)
            while left > 0:
                take = min(left, DISTINCT)
                out.write(body if take == DISTINCT else b"".join(body.splitlines(keepends=True)[:take]))
                left -= take


def write(path, rows):
    people = [number(serial * 613) for serial in range(1_000_000)]
    with open(path, "w", encoding="gb18030", newline="") as gb, open(path + ".utf8.csv", "w", encoding="utf-8", newline="") as utf:
        for out in (gb, utf):
            out.write(HEADER + "\r\n")
        lines = []
        for row in range(rows):
            mixed = (row * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
            month, day = 1 + (mixed >> 20) % 5, 1 + (mixed >> 30) % 28
            amount = 2_000 + (mixed >> 12) % 3_000_000
            fund = amount * (50 + (mixed >> 40) % 40) // 100
            person, setting = people[(mixed >> 24) % len(people)], SETTINGS[(mixed >> 50) % 4]
            own = amount - fund
            place = f"9901{1 + (mixed >> 8) % 8:02d}{100 + (mixed >> 16) % 20}"
            # One row in a hundred is wrong, in one of five ways.
            if row % 100 == 99:
                kind = row // 100 % 5
                if kind == 0:
                    person = person[:17] + ("1" if person[17] != "1" else "2")
                elif kind == 1:
                    person = f"{person[0]}.{person[1:6]}E+17"
                elif kind == 2:
                    own = -own
                elif kind == 3:
                    setting = "不详"
                else:
                    fund = amount + 1
            admitted = f"2026-{month:02d}-{max(1, day - 3):02d}" if setting.endswith("住院") else ""
            lines.append(f"{person},2026-{month:02d}-{day:02d},{admitted},{setting},{'是' if row % 50 == 0 else '否'},{amount / 100:.2f},{fund / 100:.2f},{own / 100:.2f},{place}\r\n")
            if len(lines) == 100_000:
                text = "".join(lines)
                gb.write(text), utf.write(text)
                lines.clear()
        text = "".join(lines)
        gb.write(text), utf.write(text)
    bodies = {}
    for name in (path, path + ".utf8.csv"):
        with open(name, "rb") as whole:
            bodies[name] = whole.read().split(b"\r\n", 1)[1]
    return bodies


def run(command):
    """Seconds on the wall, seconds of processor, MiB at most."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - start
        out.seek(0)
        text = out.read().decode()
    if child.returncode:
        sys.exit(f"{command} ended with {child.returncode}\n{text[-3000:]}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text


def measure(path, binary, work):
    folder = os.path.join(work, "intake-measured")
    shutil.rmtree(folder, ignore_errors=True)
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    run([binary, "init", "--data", folder, "--pack", f"{root}/packs/base"])
    tasks = [("jianwei ingest", [binary, "ingest", "--data", folder, "--feed", "medical_claims", "--received", "2026-06-03",
                                 "--data-date", "2026-05-31", path])]
    utf8 = path + ".utf8.csv"
    tasks.append(("duckdb read", [sys.executable, "-c", f"import duckdb; c = duckdb.connect(); c.execute('set threads = 2'); c.execute(\"create table t as select * from read_csv('{utf8}')\"); print(c.execute('select count(*) from t').fetchone())"]))
    tasks.append(("polars read", [sys.executable, "-c", f"import polars as p; print(p.read_csv('{utf8}', infer_schema_length=10000, ignore_errors=True).height)"]))
    rows = sum(chunk.count(b"\n") for chunk in iter(lambda f=open(path, "rb"): f.read(1 << 24), b"")) - 1
    print(f"{rows:,} rows, {os.path.getsize(path) / 1e6:,.0f} MB")
    for name, command in tasks:
        seconds, cpu, mib, text = run(command)
        print(f"{name:16} {seconds:8.1f} s {cpu:8.1f} s cpu {rows / seconds:12,.0f} rows/s {mib:8,.0f} MiB   {text.strip()[-160:]}", flush=True)
    kept = sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(folder) for name in names)
    print(f"kept: {kept / 1e6:,.0f} MB")
    shutil.rmtree(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["generate", "measure"])
    parser.add_argument("file")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--jianwei", default="jianwei")
    parser.add_argument("--work", default=tempfile.gettempdir())
    arguments = parser.parse_args()
    if arguments.what == "generate":
        generate(arguments.file, arguments.rows)
    else:
        measure(arguments.file, arguments.jianwei, arguments.work)


if __name__ == "__main__":
    main()
