//! The aggregates of section 4, over a table of counted rows.

use expr::{AggregateCall, AggregateFunction};
use types::Type;

use super::Error;
use super::ask::Asking;

/// Table `agg(skey, x)` from `counted(skey, x, valid, received, seq, row)`: one row per subject that has any.
pub(super) fn aggregate(asking: &Asking<'_>, call: &AggregateCall) -> Result<(), Error> {
    let scale = match call.argument.as_ref().map(|argument| argument.root.ty) {
        Some(Type::Number { scale, .. }) => scale,
        _ => 0,
    };
    let distinct = if call.distinct { "DISTINCT " } else { "" };
    let whole = match call.function {
        AggregateFunction::Count => format!("count({distinct}x)"),
        AggregateFunction::Sum => "coalesce(sum(x), 0)".into(),
        AggregateFunction::Min => "min(x)".into(),
        AggregateFunction::Max => "max(x)".into(),
        AggregateFunction::Avg => {
            format!("CAST(sum(x) AS REAL) / CAST(count(x) * 1{} AS REAL)", "0".repeat(usize::from(scale)))
        }
        AggregateFunction::Any => "coalesce(max(x), 0)".into(),
        AggregateFunction::All => "coalesce(min(x), 1)".into(),
        AggregateFunction::First | AggregateFunction::Last => {
            let order = if call.function == AggregateFunction::First { "ASC" } else { "DESC" };
            let order = ["valid", "received", "seq", "row"].map(|column| format!("{column} {order}")).join(", ");
            return asking.run(&format!(
                "CREATE TABLE agg AS SELECT skey, x FROM (
                   SELECT skey, x, row_number() OVER (PARTITION BY skey ORDER BY {order}) AS nth FROM counted WHERE x IS NOT NULL) WHERE nth = 1;"
            ));
        }
    };
    asking.run(&format!("CREATE TABLE agg AS SELECT skey, {whole} AS x FROM counted GROUP BY skey;"))
}

/// Fills `val` for the subjects of `kind`: not covered for those in `unc(key, reason)`.
pub(super) fn settle(asking: &Asking<'_>, kind: &str, name: &str, call: &AggregateCall) -> Result<(), Error> {
    let absent = match call.function {
        AggregateFunction::Count | AggregateFunction::Sum | AggregateFunction::Any => "0",
        AggregateFunction::All => "1",
        _ => "NULL",
    };
    asking.run(&format!(
        "CREATE UNIQUE INDEX agg_by ON agg(skey); CREATE INDEX unc_by ON unc(key);
         INSERT INTO val SELECT '{kind}', '{name}', s.key, NOT EXISTS (SELECT 1 FROM unc WHERE unc.key = s.key),
           CASE WHEN EXISTS (SELECT 1 FROM unc WHERE unc.key = s.key) THEN NULL WHEN agg.skey IS NULL THEN {absent} ELSE agg.x END
           FROM subj s LEFT JOIN agg ON agg.skey = s.key WHERE s.kind = '{kind}';
         INSERT OR IGNORE INTO reason SELECT DISTINCT '{kind}', '{name}', key, reason FROM unc;
         DROP TABLE IF EXISTS counted; DROP TABLE agg; DROP TABLE unc;"
    ))
}
