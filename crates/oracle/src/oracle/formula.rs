//! Features built on features: covered iff everything read is.

use expr::Compiled;
use pack::programme::Feature;

use super::Error;
use super::ask::Asking;
use super::expression::sql;
use super::inputs::{read, table};

/// Fills `val` and `reason` with a formula feature.
pub(super) fn formula(asking: &Asking<'_>, feature: &Feature, compiled: &Compiled) -> Result<(), Error> {
    let (kind, name) = (&feature.kind, &feature.name);
    let keys = format!("SELECT key FROM subj WHERE kind = '{kind}'");
    table(asking, compiled, kind, &keys)?;
    let covered: Vec<String> =
        (0..compiled.inputs.len()).map(|number| format!("c{number}")).chain(["1".into()]).collect();
    let covered = covered.join(" AND ");
    let value = sql(&compiled.root, &|number| format!("v{number}"));
    asking.run(&format!(
        "INSERT INTO val SELECT '{kind}', '{name}', key, ({covered}), CASE WHEN {covered} THEN {value} END FROM inp;"
    ))?;
    for input in &compiled.inputs {
        let read = read(asking, input, kind, "s.key");
        asking.run(&format!(
            "INSERT OR IGNORE INTO reason SELECT '{kind}', '{name}', s.key, q.reason FROM ({keys}) s, {} q WHERE NOT ({}) AND q.reason IN ({});",
            all_reasons(),
            read.covered,
            read.reasons
        ))?;
    }
    Ok(())
}

/// All reasons, as a table of SQL with the column `reason`.
pub(super) fn all_reasons() -> String {
    let words = types::Reason::ALL.map(|reason| format!("('{}')", reason.word()));
    format!("(SELECT column1 AS reason FROM (VALUES {}))", words.join(", "))
}
