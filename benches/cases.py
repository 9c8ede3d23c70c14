#!/usr/bin/env python3
"""The server under load: cases over a county of a million people, asked for by many at once.

    python3 benches/cases.py build   --jianwei target/release/jianwei --base FOLDER [--households 300000] [--cases 300000]
    python3 benches/cases.py measure --jianwei target/release/jianwei --base FOLDER [--seconds 10] [--users 8]
    python3 benches/cases.py rest    --jianwei target/release/jianwei --base FOLDER [--rest 15]
    python3 benches/cases.py slider  --jianwei target/release/jianwei --data FOLDER --base FOLDER --model SLIDE --line slide_line \
        --role analyst@990101 --from 100 --to 20000

`build` invents the county, takes its files in, screens it, adds accounts and reports every case over HTTP, as residents do: each
report is a command of its own, answered when it is on disk, from an address of its own in 127.0.0.0/8 (no address may send more than
20 an hour). Then the workers of some villages accept what waits for them. `measure` asks for pages, searches and counts; `rest` leaves
the server alone and looks at its memory; `slider` moves a line (on a folder with the packs `workload` and `slider` of benches/pack).
Everything goes through `jianwei serve`, a process of its own; this one only sends and takes the time. Raw times go to `BASE/cases-*.json`.
"""
import argparse
import asyncio
import csv
import datetime
import glob
import io
import json
import os
import random
import re
import statistics
import subprocess
import sys
import time

PASSWORD = "a long enough password"
# Packs whose workflow is worked, and what they build on.
PACKS = ["anti-poverty", "base"]
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def say(text):
    print(text, file=sys.stderr, flush=True)


class Server:
    """`jianwei serve` on a folder."""

    def __init__(self, jianwei, data, rest_after=600):
        self.begun = time.perf_counter()
        command = [jianwei, "serve", "--data", data, "--listen", "127.0.0.1:0", "--quiet", "--rest-after", str(rest_after)]
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        address = re.match(r"http://127\.0\.0\.1:(\d+)/", self.child.stdout.readline())
        if not address:
            raise RuntimeError("the server does not say where it listens")
        self.port = int(address[1])
        self.seconds_to_start = time.perf_counter() - self.begun

    def memory(self):
        """Resident now, of that anonymous, and the most there ever was; MiB."""
        with open(f"/proc/{self.child.pid}/status") as status:
            lines = dict(line.split(":", 1) for line in status)
        return {name: int(lines[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon", "VmHWM")}

    def stop(self):
        self.child.send_signal(2)
        self.child.wait()


class Client:
    """One connection that is kept, and the session on it."""

    def __init__(self, port, sender="127.0.0.1"):
        self.port, self.sender, self.cookie, self.csrf = port, sender, None, ""
        self.reader = self.writer = None

    async def ask(self, method, path, body=None, **headers):
        """Status, headers, body as bytes."""
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(self.sender, 0), limit=1 << 24)
        payload = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        head = [f"{method} {path} HTTP/1.1", "host: localhost", f"content-length: {len(payload)}"]
        if self.cookie:
            head += [f"cookie: {self.cookie}", f"x-csrf-token: {self.csrf}"]
        head += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.writer.write(("\r\n".join(head) + "\r\n\r\n").encode() + payload)
        answer = await self.reader.readuntil(b"\r\n\r\n")
        status = int(answer[9:12])
        length = int(re.search(rb"content-length: (\d+)", answer, re.I)[1])
        return status, answer, await self.reader.readexactly(length)

    async def get(self, path):
        status, _, body = await self.ask("GET", path)
        if status != 200:
            raise RuntimeError(f"GET {path}: {status} {body.decode()}")
        return json.loads(body)

    async def sign_in(self, name):
        status, head, body = await self.ask("POST", "/api/session", {"name": name, "password": PASSWORD})
        if status != 201:
            raise RuntimeError(f"{name}: {status} {body.decode()}")
        self.cookie = re.search(rb"set-cookie: ([^;]+)", head, re.I)[1].decode()
        self.csrf = json.loads(body)["csrf"]
        return self

    def close(self):
        if self.writer is not None:
            self.writer.close()
        self.writer = None


def summary(seconds):
    """Of one list of times, in milliseconds."""
    at = lambda share: round(1000 * sorted(seconds)[min(len(seconds) - 1, int(share * len(seconds)))], 2)
    return {"n": len(seconds), "p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "max": at(1)}


def run(*command, check=True, **more):
    begun = time.perf_counter()
    subprocess.run(command, check=check, **more)
    return time.perf_counter() - begun


def rows(path):
    """The rows of a department's file, as dictionaries."""
    raw = open(path, "rb").read()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.DictReader(io.StringIO(raw.decode(encoding))))
        except UnicodeDecodeError:
            continue
    raise RuntimeError(path)


def sender(number):
    """An address of this machine's own; every twenty reports come from another."""
    number //= 20
    return f"127.{1 + number // 64516 % 250}.{1 + number // 254 % 254}.{1 + number % 254}"


async def report_all(port, places, cases, lines, seed):
    """Reports `cases` cases from `lines` senders at once; seconds of each."""
    chance, times, next_one = random.Random(seed), [], iter(range(cases))
    places = [chance.choice(places) for _ in range(cases)]

    async def resident():
        client = None
        for number in next_one:
            if client is None or client.sender != sender(number):
                if client:
                    client.close()
                client = Client(port, sender(number))
            fields = {"applicant": f"甲{number}", "phone": f"139{number:08d}", "need": "住院花费很大", "place": places[number]}
            begun = time.perf_counter()
            status, _, body = await client.ask(
                "POST", "/api/public/reports", {"kind": "home-verification", "fields": fields}, idempotency_key=f"report-{seed}-{number:09d}"
            )
            times.append(time.perf_counter() - begun)
            if status != 201:
                raise RuntimeError(f"report {number}: {status} {body.decode()}")
        if client:
            client.close()

    begun = time.perf_counter()
    await asyncio.gather(*(resident() for _ in range(lines)))
    return times, time.perf_counter() - begun


async def accept_all(port, workers, households):
    """The workers of some villages accept what waits for them, each a household of its own; seconds of each."""
    times = []

    async def worker(name, village):
        client = await Client(port).sign_in(name)
        mine, after = list(households[village]), ""
        while mine:
            page = await client.get("/api/tasks?limit=200" + after)
            for task in page["items"]:
                if not mine:
                    break
                begun = time.perf_counter()
                status, _, body = await client.ask(
                    "POST",
                    f"/api/cases/{task['case']}/actions/accept",
                    {"fields": {"household": mine.pop(), "risk": "illness"}},
                    if_match='"1"',
                    idempotency_key=f"accept-{task['case']}",
                )
                times.append(time.perf_counter() - begun)
                if status not in (200, 422):
                    raise RuntimeError(f"{task['case']}: {status} {body.decode()}")
            if page["next"] is None:
                break
            after = f"&after={page['next']}"
        client.close()

    begun = time.perf_counter()
    await asyncio.gather(*(worker(*one) for one in workers))
    return times, time.perf_counter() - begun


def build(given):
    """The folder, its accounts, its cases."""
    os.makedirs(given.base, exist_ok=True)
    files, data, figures = os.path.join(given.base, "files"), os.path.join(given.base, "data"), {}
    quiet = {"stdout": subprocess.DEVNULL}
    if not os.path.exists(data):
        packs = [os.path.join(ROOT, "packs", pack) for pack in PACKS]
        figures["simulate"] = run(given.jianwei, "simulate", "--households", str(given.households), "--months", "6", "--seed", "7", "--out", files, **quiet)
        figures["init"] = run(given.jianwei, "init", "--data", data, "--pack", *packs, **quiet)
        # Files that no pack describes are refused, and the rest is taken in.
        figures["ingest"] = run(given.jianwei, "ingest", "--quiet", os.path.join(files, "deliveries"), "--data", data, check=False, stderr=subprocess.DEVNULL, **quiet)
        figures["screen"] = run(given.jianwei, "screen", "--data", data, **quiet)
        say(f"{figures}")
    places = households_by_village(files)
    villages = sorted(places)
    accounts = [("county", f"county_officer@{villages[0][:6]}"), ("auditor", f"auditor@{villages[0][:6]}")]
    accounts += [(f"township-{number}", f"township_officer@{code}") for number, code in enumerate(sorted({v[:9] for v in villages})[:4])]
    accounts += [(f"village-{number}", f"village_worker@{code}") for number, code in enumerate(villages[: given.villages])]
    for name, role in accounts:
        run(given.jianwei, "user", "add", name, "--role", role, "--password-file", "-", "--data", data, input=PASSWORD, text=True, stderr=subprocess.DEVNULL)
    server = Server(given.jianwei, data)
    figures["serve"] = server.seconds_to_start
    figures["memory before"] = server.memory()
    try:
        times, seconds = asyncio.run(report_all(server.port, villages, given.cases, given.lines, given.seed))
        figures["reports"] = {"per second": len(times) / seconds, "senders": given.lines, **summary(times)}
        say(f"reports {figures['reports']}")
        workers = [(f"village-{number}", code) for number, code in enumerate(villages[: given.villages])]
        accepted, seconds = asyncio.run(accept_all(server.port, workers, places))
        figures["accepted"] = {"per second": len(accepted) / seconds, "workers": len(workers), **summary(accepted)}
        say(f"accepted {figures['accepted']}")
        figures["memory after"] = server.memory()
    finally:
        server.stop()
    figures["audit"] = run(given.jianwei, "audit", "verify", "--data", data, **quiet)
    keep(given.base, "build", figures, {"reports": times, "accepted": accepted})


def households_by_village(files):
    """Keys of households by the village they belong to, from the last register as the department sent it."""
    path = sorted(glob.glob(os.path.join(files, "deliveries", "户籍名册*.csv")))[-1]
    found = {}
    for row in rows(path):
        if len(row["村代码"] or "") >= 12 and row["户号"]:
            found.setdefault(row["村代码"][:12], {})[row["户号"]] = True
    return {village: list(keys) for village, keys in found.items()}


async def hammer(clients, seconds, next_path, body=None):
    """Every client asks one thing after the other for so long; seconds of each request."""
    times, until = [], time.perf_counter() + seconds

    async def one(client):
        is_first = True
        while is_first or time.perf_counter() < until:
            is_first, path = False, next_path()
            begun = time.perf_counter()
            status, _, answer = await (client.ask("GET", path) if body is None else client.ask("POST", path, body()))
            times.append(time.perf_counter() - begun)
            if status != 200:
                raise RuntimeError(f"{path}: {status} {answer.decode()}")

    await asyncio.gather(*(one(client) for client in clients))
    return times


def forget(data):
    """Nothing of the database is in memory any more."""
    for path in glob.glob(os.path.join(data, "jianwei.sqlite*")):
        with open(path, "rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


async def ask_all(server, given, data, households):
    """The figures of one server, cold and warm."""
    chance, figures, raw = random.Random(given.seed), {}, {}
    officer = await Client(server.port).sign_in("county")
    total = (await officer.get("/api/cases?limit=1"))["total"]
    keys = [key for village in sorted(households)[: given.villages] for key in households[village]]
    page_500 = lambda: f"/api/cases?after=W{max(2, total - 499 * 50 - chance.randrange(1000)):06d}"
    questions = [
        ("first page", "county", lambda: "/api/cases"),
        ("page 500", "county", page_500),
        ("first page, a township", "township-0", lambda: "/api/cases"),
        ("first page, a village", "village-0", lambda: "/api/cases"),
        ("tasks of a village", "village-0", lambda: "/api/tasks"),
        ("tasks of a township", "township-0", lambda: "/api/tasks"),
        ("in one state", "county", lambda: "/api/cases?state=accepted"),
        ("search by household", "county", lambda: f"/api/cases?q={chance.choice(keys)}"),
        ("search by number", "county", lambda: f"/api/cases?q=W{chance.randrange(1, total):06d}"),
        ("counts (home)", "county", lambda: "/api/home"),
        ("overdue, counted", "county", lambda: "/api/cases?open=true&overdue=true&limit=1"),
        ("one case", "county", lambda: f"/api/cases/W{chance.randrange(1, total):06d}"),
        ("clues, first page", "county", lambda: "/api/clues"),
        ("subjects, first page", "county", lambda: "/api/subjects?kind=household"),
        ("models, a township", "township-0", lambda: "/api/models"),
    ]
    sessions = {}
    for name in sorted({who for _, who, _ in questions}):
        first = await Client(server.port).sign_in(name)
        sessions[name] = [first]
        for _ in range(given.users - 1):
            again = Client(server.port)
            again.cookie, again.csrf = first.cookie, first.csrf
            sessions[name].append(again)
    for temperature in ("cold", "warm"):
        for name, who, path in questions:
            if temperature == "cold":
                # Each user's first request after the file was put out of memory.
                cold = []
                for _ in range(5):
                    forget(data)
                    cold += await hammer(sessions[who], 0.000001, path)
                times = cold
            else:
                await hammer(sessions[who], 0.2, path)
                times = await hammer(sessions[who], given.seconds, path)
            figures[f"{temperature}: {name}"] = summary(times)
            raw[f"{temperature}: {name}"] = times
            say(f"{temperature}: {name}: {figures[f'{temperature}: {name}']}")
    return total, figures, raw


def measure(given):
    """Pages, searches and counts."""
    data = os.path.join(given.base, "data")
    households = households_by_village(os.path.join(given.base, "files"))
    forget(data)
    server = Server(given.jianwei, data)
    try:
        figures = {"seconds to start": server.seconds_to_start, "memory before": server.memory()}
        figures["cases"], asked, raw = asyncio.run(ask_all(server, given, data, households))
        figures.update(asked)
        figures["memory after"] = server.memory()
    finally:
        server.stop()
    keep(given.base, "measure", figures, raw)


async def wake(port, given):
    """Home, a page and the models, asked for as by one officer who comes in; seconds of each."""
    officer = await Client(port).sign_in("county")
    times = {}
    for path in ("/api/home", "/api/cases", "/api/models", "/api/home", "/api/models"):
        begun = time.perf_counter()
        await officer.get(path)
        times.setdefault(path, []).append(time.perf_counter() - begun)
    officer.close()
    return times


def rest(given):
    """Memory of a server that was used, and is left alone."""
    server = Server(given.jianwei, os.path.join(given.base, "data"), rest_after=given.rest)
    figures = {"seconds to start": server.seconds_to_start, "rest after": given.rest, "memory": [(0, server.memory())]}
    try:
        for turn in ("first", "after the rest"):
            begun = time.perf_counter()
            figures[f"asked, {turn}"] = asyncio.run(wake(server.port, given))
            figures["memory"].append((f"asked, {turn}", server.memory()))
            same = 0
            # At rest: nothing has changed for half a minute, the values have left.
            while same < 6 and time.perf_counter() - begun < 240:
                time.sleep(5)
                before = figures["memory"][-1][1]["VmRSS"]
                figures["memory"].append((round(time.perf_counter() - server.begun), server.memory()))
                same = same + 1 if abs(figures["memory"][-1][1]["VmRSS"] - before) < 1 else 0
            say(f"{turn}: {figures['memory'][-1]}")
        figures["memory at rest"] = figures["memory"][-1][1]
    finally:
        server.stop()
    keep(given.base, "rest", figures, {})


async def slide(port, given):
    client = await Client(port).sign_in("analyst")
    lines = [given.start + (given.end - given.start) * step / 99 for step in range(100)]
    random.Random(given.seed).shuffle(lines)
    values = iter(lines + lines)
    body = lambda: {"set": {given.line: f"{next(values):.0f}"}}
    times = []
    for _ in range(100):
        begun = time.perf_counter()
        status, _, answer = await client.ask("POST", f"/api/models/{given.model}/what-if", body())
        times.append(time.perf_counter() - begun)
        if status != 200:
            raise RuntimeError(f"{status} {answer.decode()}")
    return times


def slider(given):
    """A line of one model moved a hundred times by one analyst, over HTTP."""
    run(given.jianwei, "user", "add", "analyst", "--role", given.role, "--password-file", "-", "--data", given.data, input=PASSWORD, text=True)
    server = Server(given.jianwei, given.data)
    try:
        times = asyncio.run(slide(server.port, given))
        figures = {"serve": server.seconds_to_start, "slider": summary(times), "memory": server.memory()}
    finally:
        server.stop()
    keep(given.base, "slider", figures, {"slider": times})


def keep(base, name, figures, raw):
    """Writes figures and raw times, and says the figures."""
    at = datetime.datetime.now().strftime("%Y-%m-%d-%H%M%S")
    path = os.path.join(base, f"cases-{name}-{at}.json")
    with open(path, "w") as file:
        json.dump({"figures": figures, "seconds": raw}, file)
    print(json.dumps(figures, ensure_ascii=False, indent=1))
    say(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["build", "measure", "rest", "slider"])
    parser.add_argument("--jianwei", required=True)
    parser.add_argument("--base", required=True, help="where everything is kept")
    parser.add_argument("--households", type=int, default=300_000)
    parser.add_argument("--cases", type=int, default=300_000)
    parser.add_argument("--villages", type=int, default=40, help="villages whose workers have accounts")
    parser.add_argument("--lines", type=int, default=64, help="senders at once")
    parser.add_argument("--users", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rest", type=int, default=15, help="seconds after which values leave memory")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--data")
    parser.add_argument("--model")
    parser.add_argument("--line")
    parser.add_argument("--role")
    parser.add_argument("--from", dest="start", type=float, default=0)
    parser.add_argument("--to", dest="end", type=float, default=0)
    given = parser.parse_args()
    {"build": build, "measure": measure, "rest": rest, "slider": slider}[given.what](given)


if __name__ == "__main__":
    main()
