//! Attributes at A: section 3.

use std::collections::BTreeMap;

use pack::programme::{Attribute, AttributeSource, Register, Shape};
use types::Reason;

use super::Error;
use super::ask::Asking;
use super::coverage::not_absent;
use super::member::last_known;
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
        let of = |column: &str| {
            if is_state(&asking.programme.feeds[feed]) && members.contains(feed) {
                last_known(feed, link, column, "s.key", &format!("'{a}'"))
            } else if is_state(&asking.programme.feeds[feed]) {
                latest(feed, link, column, &format!("r.f <= '{a}' AND '{a}' < r.t"), "")
            } else {
                latest(feed, link, column, "1", "r.valid DESC,")
            }
        };
        // What was last known of one who left does not grow old.
        let scope = latest(feed, link, "r.scope", &format!("r.f <= '{a}' AND '{a}' < r.t"), "");
        source(asking, feed, link, format!("({})", of(&format!("r.c_{column}"))), &scope, gone)
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
        let on =
            if is_state(&asking.programme.feeds[feed]) { format!("r.f <= '{a}' AND '{a}' < r.t") } else { "1".into() };
        let found = format!("(SELECT 1 FROM row_{feed} r WHERE r.k_{link} = s.key AND {on} LIMIT 1)");
        let scope = format!("SELECT r.scope FROM row_{feed} r WHERE r.k_{link} = s.key AND {on} LIMIT 1");
        source(asking, feed, link, found, &scope, gone)
    });
    settle(asking, kind, &attribute.name, &sources.collect::<Vec<_>>(), "0")
}

fn latest(feed: &str, link: &str, column: &str, when: &str, first: &str) -> String {
    format!(
        "SELECT {column} FROM row_{feed} r WHERE r.k_{link} = s.key AND {when} ORDER BY {first} r.received DESC, r.seq DESC, r.row DESC LIMIT 1"
    )
}

fn source(
    asking: &Asking<'_>,
    feed: &str,
    link: &str,
    found: String,
    scope: &str,
    gone: &BTreeMap<String, Option<Reason>>,
) -> Source {
    let a = &asking.a;
    let missing = gone.get(feed).copied().flatten();
    let mut reasons: Vec<(Reason, String)> = missing.map(|reason| (reason, "1".to_owned())).into_iter().collect();
    reasons.push((
        Reason::RowRefused,
        format!(
            "EXISTS (SELECT 1 FROM ref JOIN ref_key USING (id) WHERE ref.feed = '{feed}' AND ref_key.kind = '{link}' AND ref_key.key = s.key
               AND coalesce(ref.valid, ref.c_from, '0000-01-01') <= '{a}')"
        ),
    ));
    let is_state = is_state(&asking.programme.feeds[feed]);
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
