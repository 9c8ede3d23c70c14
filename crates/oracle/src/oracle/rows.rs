//! rows(feed, A, K): section 1 and the modes of section 2. Also who stands for whom at K (section 7).

use pack::programme::{Feed, Mode, Scope};

use super::Error;
use super::ask::{Asking, text};
use super::store::{is_state, links};

/// Table `canon(register, key, canon)` of those for whom another stands.
pub(super) fn aliases(asking: &Asking<'_>) -> Result<(), Error> {
    asking.run(&format!(
        "CREATE TABLE canon AS WITH RECURSIVE
           latest AS (SELECT register, a, b FROM alias x WHERE known_by <= '{k}' AND NOT EXISTS (
             SELECT 1 FROM alias y WHERE y.register = x.register AND y.a = x.a AND y.known_by <= '{k}' AND y.position > x.position)),
           chain(register, key, canon, depth) AS (
             SELECT register, a, b, 1 FROM latest WHERE b IS NOT NULL
             UNION ALL SELECT chain.register, chain.key, latest.b, depth + 1 FROM chain
               JOIN latest ON latest.register = chain.register AND latest.a = chain.canon AND latest.b IS NOT NULL WHERE depth < 20)
         SELECT register, key, canon, max(depth) AS depth FROM chain GROUP BY register, key;",
        k = asking.k
    ))
}

/// SQL for the key that stands for `key` of subjects of `kind`.
pub(super) fn canonical(asking: &Asking<'_>, kind: &str, key: &str) -> String {
    if asking.programme.level(kind).is_some() {
        return format!("coalesce((SELECT now FROM follows WHERE code = {key}), {key})");
    }
    let register = asking.programme.register_of(kind).map_or(kind, |register| register.name.as_str());
    format!("coalesce((SELECT canon FROM canon WHERE register = '{register}' AND key = {key}), {key})")
}

/// Table `row_FEED` for every feed: rows valid by A. Of state feeds with the span `f <= day < t` in force, `initial` for those of
/// the first snapshot of its series, and `own` for those that are seen.
pub(super) fn rows(asking: &Asking<'_>) -> Result<(), Error> {
    for feed in asking.programme.feeds.values() {
        let mut columns: Vec<String> =
            ["id", "seq", "received", "row", "valid"].map(|name| format!("r.{name}")).to_vec();
        for (kind, _) in links(asking.programme, feed) {
            columns.push(format!("{} AS \"k_{kind}\"", canonical(asking, &kind, &format!("r.\"k_{kind}\""))));
        }
        columns.extend(feed.columns.keys().map(|column| format!("r.\"c_{column}\"")));
        let columns = columns.join(", ");
        let name = &feed.name;
        if is_state(feed) {
            snapshots(asking, feed)?;
            asking.run(&format!(
                "CREATE TABLE row_{name} AS SELECT {columns}, r.scope, s.f, s.t, s.initial, s.own, 0 AS refused FROM raw_{name} r
                   JOIN snap s ON s.feed = '{name}' AND s.seq = r.seq AND s.scope = r.scope AND s.f <= '{}';",
                asking.a
            ))?;
            still_listed(asking, feed)?;
        } else {
            asking.run(&format!(
                "CREATE TABLE row_{name} AS SELECT {columns} FROM raw_{name} r WHERE r.received <= '{k}' AND r.valid <= '{a}' AND {stays};",
                k = asking.k,
                a = asking.a,
                stays = stays(asking, feed)
            ))?;
        }
        for (kind, _) in links(asking.programme, feed) {
            asking.run(&format!("CREATE INDEX row_{name}_{kind} ON row_{name}(\"k_{kind}\");"))?;
        }
    }
    Ok(())
}

/// SQL: nothing later known by K replaced the row `r`.
fn stays(asking: &Asking<'_>, feed: &Feed) -> String {
    let (k, name) = (&asking.k, &feed.name);
    match &feed.mode {
        Mode::Append => "1".into(),
        Mode::Upsert(_) => format!(
            "NOT EXISTS (SELECT 1 FROM raw_{name} o WHERE o.ukey = r.ukey AND o.received <= '{k}' AND (o.received, o.seq, o.row) > (r.received, r.seq, r.row))"
        ),
        Mode::Snapshot(_) => format!(
            "NOT EXISTS (SELECT 1 FROM dscope s JOIN delivery d ON d.seq = s.seq WHERE s.feed = '{name}' AND s.scope = r.scope
               AND d.received <= '{k}' AND (d.received, d.seq) > (r.received, r.seq))"
        ),
    }
}

/// Adds the snapshots of a state feed known by K to `snap(feed, scope, seq, f, t, initial, own)`: each in force until the next one of
/// its series; of two of one day the one received last. `own`: it is the newest up to A of its scope, so that its rows are seen.
fn snapshots(asking: &Asking<'_>, feed: &Feed) -> Result<(), Error> {
    let (a, k, name) = (&asking.a, &asking.k, &feed.name);
    // The lists of months follow each other; each value of a column is a series.
    let series = match &feed.mode {
        Mode::Snapshot(Scope::ByMonth | Scope::ByYear) => "''",
        _ => "s.scope",
    };
    asking.run(&format!(
        "INSERT INTO snap
         WITH seen AS (SELECT s.scope, {series} AS series, d.seq, d.received, d.data_date AS f FROM dscope s JOIN delivery d ON d.seq = s.seq WHERE s.feed = '{name}' AND d.received <= '{k}'),
           last AS (SELECT * FROM seen x WHERE NOT EXISTS (SELECT 1 FROM seen y WHERE y.series = x.series AND y.f = x.f AND (y.received, y.seq) > (x.received, x.seq)))
         SELECT '{name}', scope, seq, f, coalesce((SELECT min(f) FROM last n WHERE n.series = l.series AND n.f > l.f), '9999-12-31'),
           NOT EXISTS (SELECT 1 FROM last e WHERE e.series = l.series AND e.f < l.f),
           NOT EXISTS (SELECT 1 FROM last n WHERE n.scope = l.scope AND n.f > l.f AND n.f <= '{a}')
         FROM last l;"
    ))
}

/// Adds to `row_FEED`, as `refused`, rows of those who stood in the list before and of whom the next one holds a refused row: they
/// are still listed, with what was last known.
fn still_listed(asking: &Asking<'_>, feed: &Feed) -> Result<(), Error> {
    let name = &feed.name;
    let kinds: Vec<String> = links(asking.programme, feed).into_iter().map(|(kind, _)| kind).collect();
    for kind in &kinds {
        let listed = asking.rows(&format!(
            "SELECT DISTINCT {}, s.f, s.t FROM raw_refused r JOIN raw_refused_key x ON x.id = r.id AND x.kind = '{kind}'
               JOIN snap s ON s.feed = '{name}' AND s.seq = r.seq AND s.scope = coalesce(r.scope, s.scope)
             WHERE r.feed = '{name}' AND s.f <= '{}' ORDER BY 2, 3, 1",
            canonical(asking, kind, "x.key"),
            asking.a
        ))?;
        let keys: Vec<String> =
            kinds.iter().map(|other| if other == kind { format!("b.\"k_{kind}\"") } else { "NULL".into() }).collect();
        let cells: Vec<String> = feed.columns.keys().map(|column| format!("b.\"c_{column}\"")).collect();
        let columns = [keys, cells].concat().join(", ");
        for row in listed {
            let [key, f, t] = [text(&row[0]), text(&row[1]), text(&row[2])];
            asking.run(&format!(
                "INSERT INTO row_{name} SELECT b.id, b.seq, b.received, b.row, b.valid, {columns}, b.scope, '{f}', '{t}', 0, 0, 1 FROM row_{name} b
                 WHERE b.\"k_{kind}\" = '{key}' AND b.t = '{f}' ORDER BY b.refused, b.received DESC, b.seq DESC, b.row DESC LIMIT 1;"
            ))?;
        }
    }
    Ok(())
}
