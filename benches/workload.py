"""The workload of the benchmarks: five tables, one row of features a household, 36 conditions, 200 models of them.

    python3 workload.py data HOUSEHOLDS FOLDER     the tables as Parquet, and the places as CSV
    python3 workload.py day HOUSEHOLDS FOLDER NAME DAY SHARE    one more day of claims, wages and subsidies
    python3 workload.py pack FOLDER                the pack of benches/pack/workload with its 200 models

Everything is a hash of the row number, or drawn from a fixed seed: the same call gives the same files everywhere.

What a peer is asked and what Jianwei is asked must be one question. Four sentences of docs/semantics.md say it differently from the
obvious SQL, and the SQL here says it as they do:

1. Money is whole fen, never a float. The peers read money as fen (`columns_in_fen`), and lines are in fen.
2. A sum over no rows is 0, not NULL. "No subsidies" is therefore a count of 0 (`n_sub365 = 0`), not a sum that IS NULL. For all other
   conditions a NULL and a 0 give the same hits: a line above 0 is reached by neither.
3. Without a row, or in an empty cell, there is no value: no average, maximum, last day or income, here and there. A pack says so
   first (`x is not null and ...`); in SQL the comparison alone is not true either.
4. What can never be true is an error in a pack. Five of the models drawn have a side such as `dibao and not dibao`; in the pack that
   side is left out, in SQL it stands and holds for nobody.
"""
import hashlib
import os
import random
import re
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TABLES = ["household", "person", "claim", "wage", "subsidy"]
# The day of the last row: what a pack calls A. The windows of the pack are counted from here.
AS_OF = "2026-11-16"
# The lists came before everything that is asked about, the rows on the last day. The first of 24 monthly dates up to the last day.
LISTS, LISTS_OF, FIRST_OF_24 = ["place", "household", "person"], "2024-11-16", "2024-12-16"

MONEY = {"household": ["income_prev", "income_cur"], "claim": ["self_paid"], "wage": ["wage"], "subsidy": ["amount"]}
# What the features read; the other columns (`claim`, `dx`) are there to be left out.
NEEDED = {
    "household": ["hh", "village", "was_poor", "income_prev", "income_cur", "members", "dibao", "unsafe_house", "no_water"],
    "person": ["p", "hh", "age", "disabled", "died_recent"],
    "claim": ["p", "d", "self_paid"],
    "wage": ["p", "d", "wage"],
    "subsidy": ["hh", "d", "kind", "amount"],
}


def columns_in_fen(table):
    """The needed columns of `table` as SQL, money as whole fen."""
    money = MONEY.get(table, [])
    return ", ".join(f"round({c} * 100)::bigint as {c}" if c in money else c for c in NEEDED[table])


# One row a household. `n_sub365` is patch 2 of the head of this file.
FEATURES = """
with cl as (select p.hh, sum(self_paid) filter (d > date '2026-08-01') med90, sum(self_paid) med365, max(self_paid) med_max, count(*) n_claims
            from claim c join person p on p.p = c.p group by 1),
     wg as (select p.hh, avg(wage) filter (d >= date '2026-06-01') w_now, avg(wage) filter (d < date '2025-12-01') w_old,
                   count(distinct p.p) filter (d >= date '2026-06-01') workers
            from wage w join person p on p.p = w.p group by 1),
     pe as (select hh, count(*) n, sum(disabled::int) n_dis, sum((age >= 60)::int) n_old, sum((age between 6 and 22)::int) n_stu,
                   sum(died_recent::int) n_died from person group by 1),
     su as (select hh, sum(amount) filter (d > date '2025-11-01') sub365, count(*) filter (d > date '2025-11-01') n_sub365,
                   count(*) filter (kind = 3) n_k3, max(d) last_sub from subsidy group by 1)
select h.*, med90, med365, med_max, n_claims, w_now, w_old, workers, n, n_dis, n_old, n_stu, n_died, sub365,
       coalesce(n_sub365, 0) n_sub365, n_k3, last_sub
from household h left join cl using (hh) left join wg using (hh) left join pe using (hh) left join su using (hh)"""

# Sums that must be the same to the last fen. The averages are given as the sum and the number of rows they are made of.
CHECKED = ["med90", "med365", "med_max", "n_claims", "workers", "n", "n_dis", "n_old", "n_stu", "n_died", "sub365", "n_sub365", "n_k3"]

# Conditions: (SQL on the features, money in fen; the same in a pack, money in yuan).
ATOMS = (
    [(f"income_cur/members < {x * 100}", f"income_cur is not null and members is not null and income_cur / members < {x}") for x in (1500, 2000, 2500, 3000)]
    + [("income_cur<income_prev", "income_cur is not null and income_prev is not null and income_cur < income_prev")]
    + [
        (f"income_cur<{x}*income_prev", f"income_cur is not null and income_prev is not null and income_cur < {x} * income_prev")
        for x in ("0.8", "0.6")
    ]
    + [(f"med90 > {x * 100}", f"med90 > {x}") for x in (2000, 5000, 10000, 30000)]
    + [(f"med365 > {x * 100}", f"med365 > {x}") for x in (5000, 10000, 20000, 50000)]
    + [
        ("med_max>2000000", "med_max is not null and med_max > 20000"),
        ("n_claims>8", "n_claims > 8"),
        ("w_now is null and w_old is not null", "w_now is null and w_old is not null"),
        ("w_now<0.7*w_old", "w_now is not null and w_old is not null and w_now < 0.7 * w_old"),
        ("workers is null or workers=0", "workers = 0"),
        ("n_dis>=1", "n_dis >= 1"),
        ("n_dis>=2", "n_dis >= 2"),
        ("n_old>=2", "n_old >= 2"),
        ("n_stu>=2", "n_stu >= 2"),
        ("n_died>=1", "n_died >= 1"),
        ("n_sub365=0", "n_sub365 = 0"),
        ("sub365>400000", "sub365 > 4000"),
        ("n_k3>=1", "n_k3 >= 1"),
        ("last_sub<date '2025-12-01'", "last_sub is not null and last_sub < date '2025-12-01'"),
        ("was_poor", "was_poor"),
        ("not dibao", "not dibao"),
        ("dibao", "dibao"),
        ("unsafe_house", "unsafe_house"),
        ("no_water", "no_water"),
        ("members>=5", "members is not null and members >= 5"),
        ("members=1", "members is not null and members = 1"),
    ]
)
MODELS = 200

# Conditions that exclude each other.
EXCLUSIVE = [("not dibao", "dibao"), ("members>=5", "members=1"), ("w_now is null and w_old is not null", "w_now<0.7*w_old")]


def models():
    """Per model the atoms of its two sides, by number: all of the first, or all of the second."""
    chance = random.Random(7)
    numbers = list(range(len(ATOMS)))
    made = []
    for _ in range(MODELS):
        count = chance.randint(2, 4)
        made.append((chance.sample(numbers, count), chance.sample(numbers, 2)))
    digest = hashlib.sha256(repr(made).encode()).hexdigest()[:16]
    if digest != "e709ad0559b3875e":
        sys.exit(f"this Python draws other models ({digest}): results could not be compared")
    return made


def formula(model, form):
    """One model as text; `form` 0 is SQL, 1 a pack."""
    sides = [" and ".join(f"({ATOMS[atom][form]})" for atom in side) for side in model if form == 0 or is_possible(side)]
    return " or ".join(f"({side})" for side in sides)


def is_possible(side):
    """Whether all atoms of `side` can hold at once."""
    conditions = {ATOMS[atom][0] for atom in side}
    return not any(conditions.issuperset(pair) for pair in EXCLUSIVE)


def write_data(households, folder):
    import duckdb

    os.makedirs(folder, exist_ok=True)
    db = duckdb.connect()
    db.execute("set threads = 2; set memory_limit = '12GB'")
    persons = households * 4

    def pick(seed, n):
        return f"(hash(i * {seed}) % {n}::ubigint)::uinteger"

    def write(table, columns, rows):
        target = f"{folder}/{table}.parquet"
        db.execute(f"copy (select {columns} from range({rows}) t(i)) to '{target}' (format parquet)")

    write("household", f"""
        i::uinteger as hh, 990101000000 + {pick(1, 215)} * 1000 as village, {pick(7, 10000)} / 10000.0 < 0.12 as was_poor,
        (5000 + {pick(3, 30000)})::double as income_prev, (4000 + {pick(5, 31000)})::double as income_cur,
        1 + {pick(11, 6)}::int as members, {pick(13, 100)} < 3 as dibao, {pick(17, 1000)} < 8 as unsafe_house,
        {pick(19, 1000)} < 5 as no_water""", households)
    write("person", f"""
        i::uinteger as p, {pick(23, households)} as hh, {pick(29, 95)}::int as age, {pick(31, 100)} < 4 as disabled,
        {pick(37, 1000)} < 6 as died_recent""", persons)
    write("claim", f"""
        i as claim, {pick(41, persons)} as p, date '2026-01-01' + {pick(43, 320)}::int as d,
        {pick(47, 20000)} / 10.0 * (case when {pick(53, 200)} = 0 then 40 else 1 end) as self_paid, {pick(59, 300)}::int as dx""",
        households * 5)
    write("wage", f"""
        {pick(61, persons)} as p, date '2025-01-01' + ({pick(67, 22)} * 30)::int as d, (1500 + {pick(71, 6000)})::double as wage""",
        households * 12)
    write("subsidy", f"""
        {pick(73, households)} as hh, date '2025-06-01' + {pick(79, 500)}::int as d, {pick(83, 12)}::int as kind,
        {pick(89, 3000)}::double as amount""", households * 3)
    county = 990101000000
    db.execute(f"""copy (select distinct village as code, case when village <> {county} then {county} end as parent_code
        from '{folder}/household.parquet' order by 1) to '{folder}/place.csv' (header)""")


def write_day(households, folder, name, day, share):
    """One more day: new rows of the append feeds, `share` of what there is, all of `day`; as `{table}-{name}.parquet`."""
    import duckdb

    db = duckdb.connect()
    db.execute("set threads = 2")
    persons, salt = households * 4, int(name) * 1000

    def pick(seed, n):
        return f"(hash(i * {seed} + {salt}) % {n}::ubigint)::uinteger"

    for table, rows, columns in [
        ("claim", households * 5, f"{10**10 + salt * 10**6} + i as claim, {pick(41, persons)} as p, date '{day}' as d, {pick(47, 20000)} / 10.0 as self_paid, "
                                  f"{pick(59, 300)}::int as dx"),
        ("wage", households * 12, f"{pick(61, persons)} as p, date '{day}' as d, (1500 + {pick(71, 6000)})::double as wage"),
        ("subsidy", households * 3, f"{pick(73, households)} as hh, date '{day}' as d, {pick(83, 12)}::int as kind, {pick(89, 3000)}::double as amount"),
    ]:
        db.execute(f"copy (select {columns} from range({max(1, int(rows * share))}) t(i)) to '{folder}/{table}-{name}.parquet' (format parquet)")


def features_on(day):
    """FEATURES as of `day`: the windows move with it, the dates that a rule names do not."""
    import datetime

    moved = datetime.date.fromisoformat(day) - datetime.date.fromisoformat(AS_OF)
    return re.sub(r"(>=?) date '([\d-]+)'", lambda found: f"{found[1]} date '{datetime.date.fromisoformat(found[2]) + moved}'", FEATURES)


def write_pack(folder):
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(f"{HERE}/pack/workload", folder)
    os.makedirs(f"{folder}/models")
    for number, model in enumerate(models()):
        name = f"B{number:03d}"
        with open(f"{folder}/models/{name}-drawn.yaml", "w") as file:
            file.write(
                f"id: {name}\n"
                f"title: {{zh: 基准模型 {number}, en: benchmark model {number}}}\n"
                f"subject: household\n"
                f"when: \"{formula(model, 1)}\"\n"
                f"severity: medium\n"
                f"shadow: true\n"
                f"basis: drawn by benches/workload.py\n"
                f"explain: {{zh: 基准模型 {number}, en: benchmark model {number}}}\n"
            )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["data", households, folder]:
            write_data(int(households), folder)
        case ["day", households, folder, name, day, share]:
            write_day(int(households), folder, name, day, float(share))
        case ["pack", folder]:
            write_pack(folder)
        case _:
            sys.exit(__doc__)
