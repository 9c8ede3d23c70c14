//! Aggregates over the members of a subject at A: section 4, roll-up.

use expr::{Compiled, Input};
use pack::programme::{Feature, Members, Shape};
use types::Reason;

use super::Error;
use super::aggregate::{aggregate, settle};
use super::ask::Asking;
use super::coverage::{Days, why_not};
use super::expression::sql;
use super::formula::all_reasons;
use super::inputs::{Read, parameter, read};
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
         CREATE TABLE bad(skey TEXT, key TEXT, reason TEXT);"
    ))?;
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
        "INSERT INTO unc SELECT DISTINCT bad.skey, bad.reason FROM bad JOIN (
           SELECT f.skey, count(*) AS n, (SELECT count(DISTINCT b.key) FROM bad b WHERE b.skey = f.skey) AS lost FROM folk f GROUP BY f.skey) s ON s.skey = bad.skey
         WHERE s.lost * 1{} > {} * s.n;
         DELETE FROM folk WHERE (skey, key) IN (SELECT skey, key FROM bad);",
        "0".repeat(usize::from(members.tolerate.scale)),
        members.tolerate.mantissa
    ))?;
    let tolerated: i64 = asking.one("SELECT count(DISTINCT skey) FROM bad WHERE skey NOT IN (SELECT key FROM unc)")?;
    situations.add(Situation::Tolerated, u64::try_from(tolerated).unwrap_or(0));
    let text =
        |compiled: &Compiled| sql(&compiled.root, &|number| of(asking, &compiled.inputs[number], kind, from).value);
    let condition = members.filter.as_ref().map_or("1".into(), text);
    let x = members.aggregate.argument.as_ref().map_or("1".into(), text);
    asking.run(&format!(
        "CREATE TABLE counted AS SELECT r.skey, {x} AS x, 0 AS valid, 0 AS received, 0 AS seq, 0 AS row FROM folk r WHERE {condition}; DROP TABLE folk; DROP TABLE bad;"
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
