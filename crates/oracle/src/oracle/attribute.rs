//! Attributes at A: section 3.

use std::collections::BTreeMap;

use pack::programme::{Attribute, AttributeSource, Register, Shape};
use types::Reason;

use super::Error;
use super::ask::Asking;
use super::coverage::not_absent;
use super::member::{self, Way};
use super::rows::canonical;
use super::store::is_state;

/// Fills `val` and `reason` with the attributes of every register.
pub(super) fn attributes(asking: &Asking<'_>) -> Result<(), Error> {
    let mut gone: BTreeMap<String, Option<Reason>> = BTreeMap::new();
    for feed in asking.programme.feeds.values() {
        gone.insert(feed.name.clone(), not_absent(asking, feed)?);
    }
    for register in asking.programme.registers.values() {
        let kinds: Vec<(String, String)> = match &register.shape {
            // A place level is a subject kind; the links of its feeds are called after the register.
            Shape::Place { levels, .. } => levels.iter().map(|level| (level.clone(), register.name.clone())).collect(),
            _ => vec![(register.name.clone(), register.name.clone())],
        };
        for (kind, link) in &kinds {
            for attribute in register.attributes.values() {
                match &attribute.source {
                    AttributeSource::Columns(sources) => {
                        columns(asking, register, attribute, kind, link, sources, &gone)?
                    }
                    AttributeSource::Listed(feeds) => listed(asking, attribute, kind, link, feeds, &gone)?,
                }
            }
        }
    }
    Ok(())
}

/// One source's answer for the subject `s.key`.
struct Source {
    /// SQL of the value found, or NULL.
    found: String,
    /// SQL: what was found may not be believed, for the list lapsed.
    stale: String,
    /// Why finding nothing means nothing, each with the SQL that says whether it applies.
    reasons: Vec<(Reason, String)>,
}

fn columns(
    asking: &Asking<'_>,
    register: &Register,
    attribute: &Attribute,
    kind: &str,
    link: &str,
    sources: &[(String, String)],
    gone: &BTreeMap<String, Option<Reason>>,
) -> Result<(), Error> {
    let a = &asking.a;
    let members: &[String] = match &register.shape {
        Shape::Place { members, .. } | Shape::Members { members, .. } => members,
        Shape::Derived { .. } => &[],
    };
    let sources = sources.iter().map(|(feed, column)| {
        let cell = format!("r.c_{column}");
        let found = if is_state(&asking.programme.feeds[feed]) {
            let is_asked = if members.contains(feed) { format!("NOT {}", refused_now(feed, link)) } else { "0".into() };
            known(feed, link, &cell, "s.key", &format!("'{a}'"), &is_asked)
        } else {
            latest(feed, link, &cell, &format!("{cell} IS NOT NULL"), "r.valid DESC,")
        };
        // What was last known of one who left does not grow old.
        source(asking, feed, link, format!("({found})"), gone)
    });
    settle(asking, kind, &attribute.name, &sources.collect::<Vec<_>>(), "NULL")
}

fn listed(
    asking: &Asking<'_>,
    attribute: &Attribute,
    kind: &str,
    link: &str,
    feeds: &[String],
    gone: &BTreeMap<String, Option<Reason>>,
) -> Result<(), Error> {
    let a = &asking.a;
    let sources = feeds.iter().map(|feed| {
        let found = if is_state(&asking.programme.feeds[feed]) {
            known(feed, link, "1", "s.key", &format!("'{a}'"), "0")
        } else {
            format!("SELECT 1 FROM row_{feed} r WHERE r.k_{link} = s.key LIMIT 1")
        };
        source(asking, feed, link, format!("({found})"), gone)
    });
    settle(asking, kind, &attribute.name, &sources.collect::<Vec<_>>(), "0")
}

fn latest(feed: &str, link: &str, column: &str, when: &str, first: &str) -> String {
    format!(
        "SELECT {column} FROM row_{feed} r WHERE r.k_{link} = s.key AND {when} ORDER BY {first} r.received DESC, r.seq DESC, r.row DESC LIMIT 1"
    )
}

/// SQL: what the row of the state feed in force on `day` says of `who`, nothing where a refused row stands for it; where there is
/// none and `lasts`, what was last known.
fn known(feed: &str, link: &str, cell: &str, who: &str, day: &str, lasts: &str) -> String {
    let asked = format!("CASE WHEN r.refused THEN NULL ELSE {cell} END");
    format!(
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM row_{feed} r WHERE r.k_{link} = {who} AND r.f <= {day} AND {day} < r.t) THEN {} WHEN {lasts} THEN {} END",
        member::cell(Way::InForce, feed, link, &asked, who, day),
        member::cell(Way::LastKnown, feed, link, cell, who, day)
    )
}

/// SQL: the list in force at A holds a refused row of `s.key`.
fn refused_now(feed: &str, link: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM ref JOIN ref_key USING (id) WHERE ref.feed = '{feed}' AND ref.now AND ref_key.kind = '{link}' AND ref_key.key = s.key)"
    )
}

/// SQL: the attribute `name` of `who`, a subject that a row links to, on the row's `day`.
pub(super) fn value_on(asking: &Asking<'_>, link: &str, name: &str, who: &str, day: &str) -> String {
    let Some((sources, absent)) = on_day(asking, link, name, who, day) else { return "NULL".into() };
    let found: Vec<String> = sources.into_iter().map(|source| source.found).collect();
    format!("coalesce({}, {absent})", found.join(", "))
}

/// Why nobody can say what it is, each with the SQL that says whether it applies.
pub(super) fn lacks_on(asking: &Asking<'_>, link: &str, name: &str, who: &str, day: &str) -> Vec<(Reason, String)> {
    let Some((sources, _)) = on_day(asking, link, name, who, day) else { return Vec::new() };
    let none: Vec<String> = sources.iter().map(|source| format!("{} IS NULL", source.found)).collect();
    let none = none.join(" AND ");
    let reasons = sources.into_iter().flat_map(|source| source.reasons);
    reasons.map(|(reason, when)| (reason, format!("{none} AND {when}"))).collect()
}

/// The sources of the attribute `name` as they are asked for `who` on `day`, the day of a row, and what it is where none has a value.
fn on_day(asking: &Asking<'_>, link: &str, name: &str, who: &str, day: &str) -> Option<(Vec<Source>, &'static str)> {
    let register = asking.programme.register_of(link)?;
    let attribute = register.attributes.values().find(|attribute| attribute.name == name)?;
    let members: &[String] = match &register.shape {
        Shape::Place { members, .. } | Shape::Members { members, .. } => members,
        Shape::Derived { .. } => &[],
    };
    let (sources, absent): (Vec<(&String, String)>, _) = match &attribute.source {
        AttributeSource::Columns(columns) => {
            (columns.iter().map(|(feed, column)| (feed, format!("x.c_{column}"))).collect(), "NULL")
        }
        AttributeSource::Listed(feeds) => (feeds.iter().map(|feed| (feed, "1".to_owned())).collect(), "0"),
    };
    let is_cell = matches!(attribute.source, AttributeSource::Columns(_));
    let sources = sources.into_iter().map(|(feed, cell)| {
        if is_state(&asking.programme.feeds[feed]) {
            list_on(asking, feed, link, &cell, is_cell && members.contains(feed), who, day)
        } else {
            events_on(asking, feed, link, &cell, who, day)
        }
    });
    Some((sources.collect(), absent))
}

/// SQL: one cell of a row `x` of `feed` about `who`.
fn one_of(feed: &str, link: &str, who: &str, when: &str, order: &str, cell: &str) -> String {
    format!(
        "(SELECT {cell} FROM row_{feed} x WHERE x.k_{link} = {who} AND {when} ORDER BY {order} x.received DESC, x.seq DESC, x.row DESC LIMIT 1)"
    )
}

/// What happened up to `day`: the latest that says something. That nothing did is believed from the beginning of the coverage on,
/// without a gap, and for so long after its end as the feed is.
fn events_on(asking: &Asking<'_>, feed: &str, link: &str, cell: &str, who: &str, day: &str) -> Source {
    let found = one_of(feed, link, who, &format!("x.valid <= {day} AND {cell} IS NOT NULL"), "x.valid DESC,", cell);
    let begun = format!("FROM run WHERE feed = '{feed}' AND f <= {day}");
    let old = too_old(asking, feed, &format!("(SELECT min(max(t), {day}) {begun})"), day);
    let reasons = vec![
        (Reason::NeverDelivered, format!("NOT EXISTS (SELECT 1 FROM run WHERE feed = '{feed}')")),
        (
            Reason::HistoryTooShort,
            format!("EXISTS (SELECT 1 FROM run WHERE feed = '{feed}') AND NOT EXISTS (SELECT 1 {begun})"),
        ),
        (Reason::Lapsed, format!("coalesce({old}, 0)")),
        (Reason::HistoryTooShort, format!("NOT coalesce({old}, 0) AND (SELECT count(*) {begun}) > 1")),
        (
            Reason::RowRefused,
            format!(
                "EXISTS (SELECT 1 FROM ref JOIN ref_key q USING (id) WHERE ref.feed = '{feed}' AND q.kind = '{link}' AND q.key = {who}
                   AND coalesce(ref.valid, ref.c_from, '0000-01-01') <= {day})"
            ),
        ),
    ];
    Source { found, stale: "0".into(), reasons }
}

/// What the list of `day` says, as if `day` were A; before the first one, what that says.
fn list_on(asking: &Asking<'_>, feed: &str, link: &str, cell: &str, lasts: bool, who: &str, day: &str) -> Source {
    let of = |when: &str, order: &str, cell: &str| one_of(feed, link, who, when, order, cell);
    let refused = format!(
        "EXISTS (SELECT 1 FROM raw_refused w JOIN raw_refused_key q USING (id) JOIN snap s ON s.feed = w.feed AND s.seq = w.seq AND s.scope = coalesce(w.scope, s.scope)
           WHERE w.feed = '{feed}' AND q.kind = '{link}' AND {} = {who} AND {day} < s.t AND (s.f <= {day} OR s.initial) AND s.f <= '{}')",
        canonical(asking, link, "q.key"),
        asking.a
    );
    let in_force = format!("x.f <= {day} AND {day} < x.t");
    // Nothing replaced it, and it is too old.
    let gone = |f: &str, t: &str| format!("({t} = '9999-12-31' AND {})", too_old(asking, feed, f, day));
    let stale = gone("x.f", "x.t");
    let lasts = if lasts { format!("NOT {refused}") } else { "0".into() };
    let found = format!(
        "coalesce(CASE WHEN {} THEN {} WHEN {lasts} THEN {} END, {})",
        of(&in_force, "", "1"),
        of(&in_force, "", &format!("CASE WHEN x.refused OR {stale} THEN NULL ELSE {cell} END")),
        of(&format!("x.t <= {day}"), "x.t DESC,", cell),
        of(
            &format!(
                "x.initial AND {day} < x.f AND x.f = (SELECT min(e.f) FROM row_{feed} e WHERE e.k_{link} = {who})"
            ),
            "",
            cell
        )
    );
    let believed = of(&in_force, "", &format!("NOT x.refused AND NOT {stale}"));
    let reasons = vec![
        (Reason::NeverDelivered, format!("NOT EXISTS (SELECT 1 FROM run WHERE feed = '{feed}')")),
        (
            Reason::Lapsed,
            format!(
                "(EXISTS (SELECT 1 FROM run WHERE feed = '{feed}' AND f <= {day} AND {}) OR NOT coalesce({believed}, 0) AND EXISTS (
                   SELECT 1 FROM snap s WHERE s.feed = '{feed}' AND s.f <= '{}' AND {} AND EXISTS (SELECT 1 FROM raw_{feed} h WHERE h.seq = s.seq AND h.scope = s.scope)))",
                too_old(asking, feed, &format!("min(t, {day})"), day),
                asking.a,
                gone("s.f", "s.t"),
            ),
        ),
        (Reason::RowRefused, refused),
    ];
    Source { found, stale: "0".into(), reasons }
}

/// SQL: data that end on `end` say nothing any more on `day`.
fn too_old(asking: &Asking<'_>, feed: &str, end: &str, day: &str) -> String {
    let after = asking.programme.feeds[feed].unknown_after_days;
    format!("(julianday({day}) - julianday({end}) > {after})")
}

fn source(
    asking: &Asking<'_>,
    feed: &str,
    link: &str,
    found: String,
    gone: &BTreeMap<String, Option<Reason>>,
) -> Source {
    let a = &asking.a;
    let missing = gone.get(feed).copied().flatten();
    let mut reasons: Vec<(Reason, String)> = missing.map(|reason| (reason, "1".to_owned())).into_iter().collect();
    reasons.push((
        Reason::RowRefused,
        format!(
            "EXISTS (SELECT 1 FROM ref JOIN ref_key USING (id) WHERE ref.feed = '{feed}' AND ref.now AND ref_key.kind = '{link}' AND ref_key.key = s.key
               AND coalesce(ref.valid, ref.c_from, '0000-01-01') <= '{a}')"
        ),
    ));
    let is_state = is_state(&asking.programme.feeds[feed]);
    let scope = known(feed, link, "r.scope", "s.key", &format!("'{a}'"), "0");
    let mut stale = "0".to_owned();
    if is_state {
        stale = format!("EXISTS (SELECT 1 FROM stale WHERE stale.feed = '{feed}' AND stale.scope = ({scope}))");
        // Whoever has a row has it in one sheet; to be in none, every sheet must be believed.
        let any = format!("EXISTS (SELECT 1 FROM stale WHERE stale.feed = '{feed}')");
        reasons.push((Reason::Lapsed, format!("({stale} OR ({scope}) IS NULL AND {any})")));
    }
    Source { found, stale, reasons }
}

/// The first source that found a value decides; where none did, all must be believed.
fn settle(asking: &Asking<'_>, kind: &str, name: &str, sources: &[Source], absent: &str) -> Result<(), Error> {
    let mut none_before = vec!["1".to_owned()];
    for source in sources {
        let here = format!("{} AND {} IS NOT NULL", none_before.join(" AND "), source.found);
        let stale = &source.stale;
        asking.run(&format!(
            "INSERT OR IGNORE INTO reason SELECT '{kind}', '{name}', s.key, '{}' FROM subj s WHERE s.kind = '{kind}' AND {here} AND {stale};
             INSERT OR IGNORE INTO val SELECT '{kind}', '{name}', s.key, NOT ({stale}), {} FROM subj s WHERE s.kind = '{kind}' AND {here};",
            Reason::Lapsed.word(),
            source.found
        ))?;
        none_before.push(format!("{} IS NULL", source.found));
    }
    let none = none_before.join(" AND ");
    for (reason, when) in sources.iter().flat_map(|source| &source.reasons) {
        asking.run(&format!(
            "INSERT OR IGNORE INTO reason SELECT '{kind}', '{name}', s.key, '{}' FROM subj s WHERE s.kind = '{kind}' AND {none} AND {when};",
            reason.word()
        ))?;
    }
    asking.run(&format!(
        "INSERT OR IGNORE INTO val SELECT '{kind}', '{name}', s.key,
           NOT EXISTS (SELECT 1 FROM reason r WHERE r.kind = '{kind}' AND r.name = '{name}' AND r.key = s.key), {absent} FROM subj s WHERE s.kind = '{kind}';"
    ))
}
