//! Aggregates over the members of a subject at A: section 4, roll-up.

use expr::{Compiled, Input};
use pack::programme::{Feature, Members, PlaceOf, Shape};
use types::Reason;

use super::Error;
use super::aggregate::{aggregate, settle};
use super::ask::Asking;
use super::coverage::{Days, why_not};
use super::expression::sql;
use super::formula::all_reasons;
use super::inputs::{Read, parameter, read};
use super::rows::canonical;
use crate::{Situation, Situations};

/// Fills `val` and `reason` with a roll-up.
pub(super) fn members(
    asking: &Asking<'_>,
    feature: &Feature,
    members: &Members,
    situations: &mut Situations,
) -> Result<(), Error> {
    let (kind, from) = (&feature.kind, &members.kind);
    asking.run(&format!(
        "CREATE TABLE unc(key TEXT, reason TEXT);
         CREATE TABLE folk AS SELECT u.akey AS skey, m.key AS key FROM member m JOIN up u ON u.kind = m.kind AND u.key = m.key AND u.above = '{kind}' WHERE m.kind = '{from}';
         CREATE TABLE bad(skey TEXT, key TEXT, reason TEXT);
         CREATE TABLE ghost(skey TEXT, who TEXT);"
    ))?;
    ghosts(asking, kind, from)?;
    let ghosts: i64 = asking.one("SELECT count(*) FROM ghost")?;
    situations.add(Situation::KnownByRefusal, u64::try_from(ghosts).unwrap_or(0));
    if let Some(reason) = unknown(asking, from)? {
        asking.run(&format!("INSERT INTO unc SELECT key, '{}' FROM subj WHERE kind = '{kind}';", reason.word()))?;
    }
    let compiled: Vec<&Compiled> = members.filter.iter().chain(&members.aggregate.argument).collect();
    for input in compiled.iter().flat_map(|compiled| &compiled.inputs) {
        let of_subject = of(asking, input, kind, from);
        let table = if matches!(input, Input::Parameter(_)) {
            "unc SELECT DISTINCT r.skey, q.reason"
        } else {
            "bad SELECT r.skey, r.key, q.reason"
        };
        asking.run(&format!(
            "INSERT INTO {table} FROM folk r, {} q WHERE NOT ({}) AND q.reason IN ({});",
            all_reasons(),
            of_subject.covered,
            of_subject.reasons
        ))?;
    }
    asking.run(&format!(
        "CREATE TABLE lacking AS SELECT skey, key AS who, reason FROM bad UNION SELECT skey, who, '{}' FROM ghost;
         INSERT INTO unc SELECT DISTINCT l.skey, l.reason FROM lacking l JOIN (
           SELECT skey, count(DISTINCT who) AS lost, (SELECT count(*) FROM folk f WHERE f.skey = x.skey) AS n FROM lacking x GROUP BY skey) s ON s.skey = l.skey
         WHERE s.lost * 1{} > {} * s.n;
         DELETE FROM folk WHERE (skey, key) IN (SELECT skey, key FROM bad);",
        Reason::RowRefused.word(),
        "0".repeat(usize::from(members.tolerate.scale)),
        members.tolerate.mantissa
    ))?;
    let tolerated: i64 =
        asking.one("SELECT count(DISTINCT skey) FROM lacking WHERE skey NOT IN (SELECT key FROM unc)")?;
    situations.add(Situation::Tolerated, u64::try_from(tolerated).unwrap_or(0));
    let text =
        |compiled: &Compiled| sql(&compiled.root, &|number| of(asking, &compiled.inputs[number], kind, from).value);
    let condition = members.filter.as_ref().map_or("1".into(), text);
    let x = members.aggregate.argument.as_ref().map_or("1".into(), text);
    asking.run(&format!(
        "CREATE TABLE counted AS SELECT r.skey, {x} AS x, 0 AS valid, 0 AS received, 0 AS seq, 0 AS row FROM folk r WHERE {condition}; DROP TABLE folk; DROP TABLE bad; DROP TABLE ghost; DROP TABLE lacking;"
    ))?;
    aggregate(asking, &members.aggregate)?;
    settle(asking, kind, &feature.name, &members.aggregate)
}

/// Inputs are the member's; parameters those of the feature's own subject.
fn of(asking: &Asking<'_>, input: &Input, kind: &str, from: &str) -> Read {
    match input {
        Input::Parameter(name) => parameter(name, kind, "r.skey"),
        _ => read(asking, input, from, "r.key"),
    }
}

/// Fills `ghost(skey, who)`: subjects of `from` of whom there is only a refused row, or whose key it does not say, beside the subject
/// of `kind` that they would belong to by that row.
fn ghosts(asking: &Asking<'_>, kind: &str, from: &str) -> Result<(), Error> {
    let Some(register) = asking.programme.register_of(from) else { return Ok(()) };
    let cell =
        |column: &str| format!("(SELECT c.text FROM raw_refused_cell c WHERE c.id = ref.id AND c.name = '{column}')");
    let feeds: Vec<&String> = match &register.shape {
        Shape::Place { .. } => return Ok(()),
        Shape::Members { members, .. } => members.iter().collect(),
        Shape::Derived { feed, .. } => vec![feed],
    };
    let is_level = |kind: &str| asking.programme.level(kind).is_some();
    for feed in feeds {
        let group = match &register.shape {
            Shape::Members { belongs_to: Some(belonging), .. } => {
                let column =
                    belonging.sources.iter().find(|(source, _)| source == feed).map(|(_, column)| cell(column));
                column.map(|column| (&belonging.kind, canonical(asking, &belonging.kind, &column)))
            }
            _ => None,
        };
        let target = if is_level(kind) {
            let own = match (&register.shape, &group) {
                (Shape::Members { place: PlaceOf::Column(column), .. }, _) => cell(column),
                (Shape::Members { place: PlaceOf::Belonging, .. }, Some((above, key))) => {
                    format!("(SELECT place FROM home h WHERE h.kind = '{above}' AND h.key = {key})")
                }
                (Shape::Derived { place: Some(column), .. }, _) => cell(column),
                _ => "NULL".into(),
            };
            let links = asking.programme.feeds[feed].links.iter().filter(|(link, _)| is_level(link));
            let named: Vec<String> = std::iter::once(own).chain(links.map(|(_, column)| cell(column))).collect();
            let place = canonical(asking, kind, &format!("coalesce({}, NULL)", named.join(", ")));
            format!("(SELECT anc.up FROM anc WHERE anc.code = {place} AND anc.level = '{kind}')")
        } else {
            group.map_or("NULL".into(), |(_, key)| key)
        };
        let now = if matches!(register.shape, Shape::Derived { .. }) { "1" } else { "ref.now" };
        asking.run(&format!(
            "INSERT INTO ghost SELECT DISTINCT skey, who FROM (
               SELECT {target} AS skey, coalesce(x.key, '#' || ref.id) AS who FROM ref LEFT JOIN ref_key x ON x.id = ref.id AND x.kind = '{from}'
               WHERE ref.feed = '{feed}' AND {now} AND coalesce(ref.valid, ref.c_from, '0000-01-01') <= '{}'
                 AND (x.key IS NULL OR x.key NOT IN (SELECT m.key FROM member m WHERE m.kind = '{from}')))
             WHERE skey IS NOT NULL;",
            asking.a
        ))?;
    }
    Ok(())
}

/// Why nobody can say who the subjects of `kind` are: their groups' feed is not covered since it began, or no list ever came.
fn unknown(asking: &Asking<'_>, kind: &str) -> Result<Option<Reason>, Error> {
    let Some(register) = asking.programme.register_of(kind) else { return Ok(None) };
    match &register.shape {
        Shape::Place { .. } => Ok(None),
        Shape::Derived { feed, .. } => {
            why_not(asking, &asking.programme.feeds[feed], &Days { from: None, to: asking.a.clone() })
        }
        Shape::Members { members, .. } => {
            let feeds: Vec<String> = members.iter().map(|feed| format!("'{feed}'")).collect();
            let came: i64 = asking.one(&format!(
                "SELECT count(*) FROM delivery WHERE received <= '{}' AND feed IN ({})",
                asking.k,
                feeds.join(", ")
            ))?;
            Ok((came == 0).then_some(Reason::NeverDelivered))
        }
    }
}
