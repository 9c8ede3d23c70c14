"""One measurement of one peer in this process, as JSON: seconds (without imports), check sums, hits.

    python3 peer.py NAME FOLDER [SCRATCH]

NAME is one of the functions below that are listed in PEERS. FOLDER holds the tables, SCRATCH what is written between two stages.
Two threads, whatever the machine has.
"""
import json
import os
import re
import sys
import time

os.environ["POLARS_MAX_THREADS"] = "2"
import workload as w

clock = time.perf_counter


# --- DuckDB


def duckdb_open(folder):
    import duckdb

    db = duckdb.connect()
    db.execute("set threads = 2; set memory_limit = '12GB'")
    for table in w.TABLES:
        db.execute(f"create view {table} as select {w.columns_in_fen(table)} from '{folder}/{table}.parquet'")
    return db


def duckdb_check(db, source):
    sums = db.execute(f"select count(*), {', '.join(f'coalesce(sum({c}), 0)::bigint' for c in w.CHECKED)}, count(w_now), count(w_old), "
                      f"max(last_sub)::varchar, count(last_sub) from {source}").fetchone()
    return dict(zip(["rows", *w.CHECKED, "w_now", "w_old", "last_sub", "n_last_sub"], sums))


def counted(forms):
    """Per model, of whom it is true; NULL counts for nobody."""
    return ", ".join(f"count(*) filter ({form}) m{i}" for i, form in enumerate(forms))


SQL_MODELS = [w.formula(model, 0) for model in w.models()]


def over_atoms(model):
    return " or ".join("(" + " and ".join(f"a{atom}" for atom in side) + ")" for side in model)


ATOMS_ONCE = "select " + ", ".join(f"({atom}) a{i}" for i, (atom, _) in enumerate(w.ATOMS)) + " from "


def duckdb_script(folder, scratch):
    """The obvious way: features into a file, then all models counted over it."""
    db = duckdb_open(folder)
    start = clock()
    db.execute(f"copy ({w.FEATURES}) to '{scratch}/features.parquet' (format parquet)")
    middle = clock()
    hits = db.execute(f"select {counted(SQL_MODELS)} from '{scratch}/features.parquet'").fetchone()
    end = clock()
    return {"seconds": end - start, "features": middle - start, "models": end - middle, "hits": hits,
            "check": duckdb_check(db, f"'{scratch}/features.parquet'")}


def duckdb_one(folder, _, features=w.FEATURES):
    """The same as one query, nothing written."""
    db = duckdb_open(folder)
    start = clock()
    hits = db.execute(f"select {counted(SQL_MODELS)} from ({features})").fetchone()
    return {"seconds": clock() - start, "hits": hits}


def duckdb_one_atoms(folder, _, features=w.FEATURES):
    """One query, each condition once."""
    db = duckdb_open(folder)
    start = clock()
    hits = db.execute(f"select {counted(map(over_atoms, w.models()))} from ({ATOMS_ONCE} ({features}))").fetchone()
    return {"seconds": clock() - start, "hits": hits}


# Rows are added up per person first, so that the joins see a row a person, and nobody is counted twice for having two wages.
FEATURES_PER_PERSON = """
with c1 as (select p, sum(self_paid) filter (d > date '2026-08-01') med90, sum(self_paid) med365, max(self_paid) med_max, count(*) n_claims
            from claim group by p),
     w1 as (select p, sum(wage) filter (d >= date '2026-06-01') s_now, count(*) filter (d >= date '2026-06-01') c_now,
                   sum(wage) filter (d < date '2025-12-01') s_old, count(*) filter (d < date '2025-12-01') c_old from wage group by p),
     pe as (select hh, count(*) n, count(*) filter (disabled) n_dis, count(*) filter (age >= 60) n_old,
                   count(*) filter (age between 6 and 22) n_stu, count(*) filter (died_recent) n_died,
                   sum(med90) med90, sum(med365) med365, max(med_max) med_max, sum(n_claims) n_claims,
                   sum(s_now) / nullif(sum(c_now), 0) w_now, sum(s_old) / nullif(sum(c_old), 0) w_old, count(*) filter (c_now > 0) workers
            from person left join c1 using (p) left join w1 using (p) group by hh),
     su as (select hh, sum(amount) filter (d > date '2025-11-01') sub365, count(*) filter (d > date '2025-11-01') n_sub365,
                   count(*) filter (kind = 3) n_k3, max(d) last_sub from subsidy group by 1)
select h.*, med90, med365, med_max, n_claims, w_now, w_old, workers, n, n_dis, n_old, n_stu, n_died, sub365,
       coalesce(n_sub365, 0) n_sub365, n_k3, last_sub
from household h left join pe using (hh) left join su using (hh)"""


def duckdb_person(folder, scratch):
    """One query, rows added up per person before they are joined."""
    return duckdb_one(folder, scratch, FEATURES_PER_PERSON)


def duckdb_person_atoms(folder, scratch):
    """The same, each condition once."""
    return duckdb_one_atoms(folder, scratch, FEATURES_PER_PERSON)


def duckdb_models(_, scratch):
    """The models alone, over features already in memory."""
    import duckdb

    db = duckdb.connect()
    db.execute("set threads = 2")
    db.execute(f"create table f as select * from '{scratch}/features.parquet'")
    best = {}
    for name, query in [("models", f"select {counted(SQL_MODELS)} from f"),
                        ("atoms", f"select {counted(map(over_atoms, w.models()))} from ({ATOMS_ONCE} f)")]:
        start = clock()
        hits = db.execute(query).fetchone()
        best[name] = clock() - start
    return {"seconds": min(best.values()), **best, "hits": hits}


def duckdb_decode(folder, _):
    """Nothing but reading: every needed column summed."""
    import duckdb

    db = duckdb.connect()
    db.execute("set threads = 2")
    start = clock()
    for table in w.TABLES:
        kinds = dict(db.execute(f"select column_name, column_type from (describe select * from '{folder}/{table}.parquet')").fetchall())
        sums = [f"sum({c}::int)" if kinds[c] == "BOOLEAN" else f"sum(epoch({c}))" if kinds[c] == "DATE" else f"sum({c})" for c in w.NEEDED[table]]
        db.execute(f"select {', '.join(sums)} from '{folder}/{table}.parquet'").fetchall()
    return {"seconds": clock() - start}


# --- DuckDB, day after day


def duckdb_days(folder, scratch):
    """The days listed in `scratch`/days.json, one after the other: the script over everything, and by hand only what changed."""
    with open(f"{scratch}/days.json") as file:
        days = json.load(file)
    return {"seconds": 0, "full": duckdb_days_full(folder, scratch, days), "changed": duckdb_days_changed(folder, scratch, days)}


def duckdb_days_full(folder, scratch, days):
    """The obvious script once more, over the files there are by then."""
    said, names = [], []
    for day in days:
        names += [day["name"]] if day["share"] else []
        db = duckdb_open(folder)
        for table in ["claim", "wage", "subsidy"]:
            files = [f"{folder}/{table}.parquet", *(f"{scratch}/{table}-{name}.parquet" for name in names)]
            db.execute(f"create or replace view {table} as select {w.columns_in_fen(table)} from read_parquet({files})")
        seconds = []
        for _ in range(3):
            start = clock()
            db.execute(f"copy ({w.features_on(day['day'])}) to '{scratch}/features-day.parquet' (format parquet)")
            hits = db.execute(f"select {counted(SQL_MODELS)} from '{scratch}/features-day.parquet'").fetchone()
            seconds.append(clock() - start)
        said.append({"seconds": sorted(seconds)[1], "hits": hits})
    return said


def duckdb_days_changed(folder, scratch, days):
    """Everything in DuckDB's own tables, features too, and per day: the households of rows that came or left a window are computed anew,
    and the models counted over these before and after."""
    db = duckdb_open(folder)
    for table in w.TABLES:
        db.execute(f"create table {table}_kept as select * from {table}")
        db.execute(f"drop view {table}")
        db.execute(f"alter table {table}_kept rename to {table}")
    before = w.AS_OF
    db.execute(f"create table f as {w.features_on(before)}")
    hits = list(db.execute(f"select {counted(SQL_MODELS)} from f").fetchone())
    said = []
    for day in days:
        start = clock()
        touched = []
        for table in ["claim", "wage", "subsidy"] if day["share"] else []:
            rows = f"(select {w.columns_in_fen(table)} from '{scratch}/{table}-{day['name']}.parquet')"
            db.execute(f"insert into {table} select * from {rows}")
            touched.append(f"select hh from {rows}" if table == "subsidy" else f"select hh from {rows} join person using (p)")
        for table, back, edge in [("claim", 107, ">"), ("wage", 168, ">="), ("subsidy", 380, ">")]:
            inside = lambda on: f"d {edge} date '{on}' - {back}"
            rows = f"(select * from {table} where {inside(before)} and not ({inside(day['day'])}))"
            touched.append(f"select hh from {rows}" if table == "subsidy" else f"select hh from {rows} join person using (p)")
        db.execute(f"create or replace table touched as {' union '.join(touched)}")
        was = db.execute(f"select {counted(SQL_MODELS)} from f semi join touched using (hh)").fetchone()
        only = lambda table: f"(select * from {table} semi join touched using (hh))"
        features = re.sub(r"(from|join) (person|subsidy|household)\b", lambda found: f"{found[1]} {only(found[2])}", w.features_on(day["day"]))
        db.execute(f"create or replace table anew as {features}")
        db.execute("delete from f where hh in (select hh from touched)")
        db.execute("insert into f select * from anew")
        now = db.execute(f"select {counted(SQL_MODELS)} from anew").fetchone()
        hits = [old - gone + come for old, gone, come in zip(hits, was, now)]
        said.append({"seconds": clock() - start, "hits": list(hits), "touched": db.execute("select count(*) from touched").fetchone()[0]})
        before = day["day"]
    return said


# --- Polars


def polars_tables(folder):
    import polars as pl

    tables = {}
    for table in w.TABLES:
        money = [(pl.col(c) * 100).round().cast(pl.Int64).alias(c) for c in w.MONEY.get(table, [])]
        tables[table] = pl.scan_parquet(f"{folder}/{table}.parquet").select(w.NEEDED[table]).with_columns(money)
    return tables


def polars_days():
    import datetime

    import polars as pl

    return lambda *day: pl.lit(datetime.date(*day))


def polars_features(folder):
    """Rows joined to their person, then added up per household: the form of the SQL."""
    import polars as pl

    tables, col, day = polars_tables(folder), pl.col, polars_days()
    owner = tables["person"].select("p", "hh")
    recent, lately, earlier = col("d") > day(2026, 8, 1), col("d") >= day(2026, 6, 1), col("d") < day(2025, 12, 1)
    claims = tables["claim"].join(owner, on="p").group_by("hh").agg(
        col("self_paid").filter(recent).sum().alias("med90"), col("self_paid").sum().alias("med365"),
        col("self_paid").max().alias("med_max"), pl.len().alias("n_claims"))
    wages = tables["wage"].join(owner, on="p").group_by("hh").agg(
        col("wage").filter(lately).mean().alias("w_now"), col("wage").filter(earlier).mean().alias("w_old"),
        col("p").filter(lately).n_unique().alias("workers"))
    persons = tables["person"].group_by("hh").agg(*polars_counts())
    return polars_joined(tables, [claims, wages, persons])


def polars_counts():
    import polars as pl

    col = pl.col
    return [pl.len().alias("n"), col("disabled").sum().alias("n_dis"), (col("age") >= 60).sum().alias("n_old"),
            col("age").is_between(6, 22).sum().alias("n_stu"), col("died_recent").sum().alias("n_died")]


def polars_joined(tables, parts):
    import polars as pl

    col, year = pl.col, pl.col("d") > polars_days()(2025, 11, 1)
    parts.append(tables["subsidy"].group_by("hh").agg(
        col("amount").filter(year).sum().alias("sub365"), year.sum().alias("n_sub365"), (col("kind") == 3).sum().alias("n_k3"),
        col("d").max().alias("last_sub")))
    joined = tables["household"]
    for part in parts:
        joined = joined.join(part, on="hh", how="left")
    return joined.with_columns(col("n_sub365").fill_null(0))


def polars_features_per_person(folder):
    """Rows added up per person before they are joined."""
    import polars as pl

    tables, col, day = polars_tables(folder), pl.col, polars_days()
    recent, lately, earlier = col("d") > day(2026, 8, 1), col("d") >= day(2026, 6, 1), col("d") < day(2025, 12, 1)
    some = lambda condition, name: pl.when(condition).then(col(name)).otherwise(0).sum()
    claims = tables["claim"].group_by("p").agg(
        some(recent, "self_paid").alias("med90"), col("self_paid").sum().alias("med365"), col("self_paid").max().alias("med_max"),
        pl.len().alias("n_claims"))
    wages = tables["wage"].group_by("p").agg(
        some(lately, "wage").alias("s_now"), lately.sum().alias("c_now"), some(earlier, "wage").alias("s_old"), earlier.sum().alias("c_old"))
    persons = tables["person"].join(claims, on="p", how="left").join(wages, on="p", how="left").group_by("hh").agg(
        *polars_counts(), col("med90").sum(), col("med365").sum(), col("med_max").max(), col("n_claims").sum(),
        col("s_now").sum(), col("c_now").sum(), col("s_old").sum(), col("c_old").sum(), (col("c_now") > 0).sum().alias("workers"))
    mean = lambda total, count, name: pl.when(col(count) > 0).then(col(total) / col(count)).alias(name)
    persons = persons.with_columns(mean("s_now", "c_now", "w_now"), mean("s_old", "c_old", "w_old")).drop("s_now", "c_now", "s_old", "c_old")
    return polars_joined(tables, [persons])


def polars_models(frame, names=SQL_MODELS):
    import polars as pl

    return frame.select([pl.sql_expr(form).sum().alias(f"m{i}") for i, form in enumerate(names)])


def polars_models_over_atoms(frame):
    import polars as pl

    frame = frame.select([pl.sql_expr(atom).alias(f"a{i}") for i, (atom, _) in enumerate(w.ATOMS)])
    both = lambda side: pl.all_horizontal([f"a{atom}" for atom in side])
    return frame.select([(both(left) | both(right)).sum().alias(f"m{i}") for i, (left, right) in enumerate(w.models())])


def polars_one(folder, _, features=polars_features, engine="in-memory", models=polars_models):
    """Features and models as one query."""
    query = models(features(folder))
    start = clock()
    hits = query.collect(engine=engine)
    return {"seconds": clock() - start, "hits": hits.row(0)}


def polars_script(folder, scratch, engine="in-memory"):
    """Features into memory, then the models; what DuckDB's script does without the file between."""
    features = polars_features(folder)
    start = clock()
    frame = features.collect(engine=engine)
    middle = clock()
    hits = polars_models(frame.lazy()).collect()
    end = clock()
    frame.write_parquet(f"{scratch}/features_polars.parquet")
    import duckdb

    return {"seconds": end - start, "features": middle - start, "models": end - middle, "hits": hits.row(0),
            "check": duckdb_check(duckdb, f"'{scratch}/features_polars.parquet'")}


def polars_only_models(_, scratch):
    """The models alone, over features already in memory."""
    import polars as pl

    frame = pl.read_parquet(f"{scratch}/features.parquet").rechunk()
    best = {}
    for name, make in [("models", polars_models), ("atoms", polars_models_over_atoms)]:
        for engine in ["in-memory", "streaming"]:
            start = clock()
            hits = make(frame.lazy()).collect(engine=engine)
            best[f"{name}, {engine}"] = clock() - start
    return {"seconds": min(best.values()), **best, "hits": hits.row(0)}


# --- numpy and pyarrow


def numpy_atoms(_, scratch):
    """The models alone: each condition once, then boolean algebra on bytes. Conditions in Python, made from the SQL."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    pa.set_cpu_count(2)
    frame = pq.read_table(f"{scratch}/features.parquet").to_pandas()
    frame["last_sub"] = np.asarray(frame.last_sub, "datetime64[D]").astype("int64").astype(float)
    frame.loc[frame.last_sub < 0, "last_sub"] = np.nan
    for name in frame.columns:
        if frame[name].dtype == object:
            frame[name] = frame[name].astype(float)
    columns = {name: frame[name].to_numpy() for name in frame.columns}

    def python(atom):
        atom = re.sub(r"date '([\d-]+)'", lambda found: str(np.datetime64(found[1]).astype("int64")), atom)
        atom = re.sub(r"(\w+) is not null", r"(\1==\1)", atom)
        atom = re.sub(r"(\w+) is null", r"(\1!=\1)", atom)
        atom = re.sub(r"\bnot (\w+)", r"(~\1)", atom).replace(" and ", " & ").replace(" or ", " | ")
        atom = re.sub(r"(?<![<>=!])=(?!=)", "==", atom)
        return re.sub(r"([\w./*]+ ?(?:<=|>=|<|>|==|!=) ?[\w.*/]+)", r"(\1)", atom)

    np.seterr(all="ignore")
    code = [compile(python(atom), "atom", "eval") for atom, _ in w.ATOMS]
    start = clock()
    values = [eval(one, {}, columns) for one in code]
    middle = clock()
    hits = []
    for model in w.models():
        left, right = (np.logical_and.reduce([values[atom] for atom in side]) for side in model)
        hits.append(int(np.count_nonzero(left | right)))
    end = clock()
    return {"seconds": end - start, "atoms": middle - start, "hits": hits}


def pyarrow_decode(folder, _):
    """Nothing but reading, into memory."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pa.set_cpu_count(2)
    pa.set_io_thread_count(2)
    start = clock()
    size = sum(pq.read_table(f"{folder}/{table}.parquet", columns=w.NEEDED[table]).nbytes for table in w.TABLES)
    return {"seconds": clock() - start, "bytes": size}


PEERS = {
    "duckdb-days": duckdb_days,
    # everything: from the tables to the hits of each model
    "duckdb-script": duckdb_script,
    "duckdb-one": duckdb_one,
    "duckdb-one-atoms": duckdb_one_atoms,
    "duckdb-person": duckdb_person,
    "duckdb-person-atoms": duckdb_person_atoms,
    "polars-script": polars_script,
    "polars-script-streaming": lambda folder, scratch: polars_script(folder, scratch, "streaming"),
    "polars-one": polars_one,
    "polars-one-streaming": lambda folder, scratch: polars_one(folder, scratch, engine="streaming"),
    "polars-one-streaming-atoms": lambda folder, scratch: polars_one(folder, scratch, engine="streaming", models=polars_models_over_atoms),
    "polars-person": lambda folder, scratch: polars_one(folder, scratch, polars_features_per_person),
    "polars-person-streaming": lambda folder, scratch: polars_one(folder, scratch, polars_features_per_person, "streaming"),
    # the models alone, features in memory
    "duckdb-models": duckdb_models,
    "polars-models": polars_only_models,
    "numpy-atoms": numpy_atoms,
    # only reading
    "duckdb-decode": duckdb_decode,
    "pyarrow-decode": pyarrow_decode,
}

if __name__ == "__main__":
    if len(sys.argv) not in (3, 4) or sys.argv[1] not in PEERS:
        sys.exit(__doc__ + "\nPEERS: " + " ".join(PEERS))
    name, folder, scratch = (sys.argv + [sys.argv[2]])[1:4]
    os.makedirs(scratch, exist_ok=True)
    print(json.dumps(PEERS[name](folder, scratch)))
