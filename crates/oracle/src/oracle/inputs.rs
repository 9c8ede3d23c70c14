//! What expressions read of a subject: its own values, those of what it belongs to, parameters, A.

use expr::{Compiled, Input};
use types::Reason;

use super::ask::Asking;

/// An input as SQL over the subject's key.
pub(super) struct Read {
    /// Its value; NULL when absent or not covered.
    pub(super) value: String,
    /// 1 when it is covered.
    pub(super) covered: String,
    /// A query of reasons (one column) when it is not.
    pub(super) reasons: String,
}

/// What `input` is for the subject of `kind` whose key is the SQL `key`.
pub(super) fn read(asking: &Asking<'_>, input: &Input, kind: &str, key: &str) -> Read {
    match input {
        Input::AsOf | Input::Exists(_) => {
            Read { value: format!("'{}'", asking.a), covered: "1".into(), reasons: none() }
        }
        Input::Parameter(name) => parameter(name, kind, key),
        Input::Name { prefix: None, name } => value(kind, name, key),
        Input::Name { prefix: Some(prefix), name } if prefix == "subject" => value(kind, name, key),
        Input::Name { prefix: Some(prefix), name } => {
            let above =
                format!("(SELECT akey FROM up WHERE up.kind = '{kind}' AND up.key = {key} AND up.above = '{prefix}')");
            let read = value(prefix, name, &above);
            Read {
                reasons: format!("{} UNION SELECT '{}' WHERE {above} IS NULL", read.reasons, Reason::NotLinked.word()),
                ..read
            }
        }
    }
}

fn value(kind: &str, name: &str, key: &str) -> Read {
    let of = |what: &str, table: &str| {
        format!("SELECT {what} FROM {table} x WHERE x.kind = '{kind}' AND x.name = '{name}' AND x.key = {key}")
    };
    Read {
        value: format!("({} AND x.covered)", of("x.v", "val")),
        covered: format!("coalesce(({}), 0)", of("x.covered", "val")),
        reasons: of("x.reason", "reason"),
    }
}

/// The parameter `name` where the subject lives.
pub(super) fn parameter(name: &str, kind: &str, key: &str) -> Read {
    let found = format!("SELECT p.v FROM par p WHERE p.name = '{name}' AND p.kind = '{kind}' AND p.key = {key}");
    Read {
        value: format!("({found})"),
        covered: format!("EXISTS ({found})"),
        reasons: format!(
            "SELECT CASE WHEN EXISTS (SELECT 1 FROM home JOIN anc ON anc.code = home.place WHERE home.kind = '{kind}' AND home.key = {key}) THEN '{}' ELSE '{}' END WHERE NOT EXISTS ({found})",
            Reason::ParameterMissing.word(),
            Reason::NotLinked.word()
        ),
    }
}

fn none() -> String {
    "SELECT NULL WHERE 0".into()
}

/// Table `inp(key, v0, c0, v1, c1 …)` for the subjects of `kind` that the query `keys` (column `key`) gives.
pub(super) fn table(asking: &Asking<'_>, compiled: &Compiled, kind: &str, keys: &str) -> Result<(), super::Error> {
    let mut columns = vec!["s.key AS key".to_owned()];
    for (number, input) in compiled.inputs.iter().enumerate() {
        let read = read(asking, input, kind, "s.key");
        columns.push(format!("{} AS v{number}", read.value));
        columns.push(format!("{} AS c{number}", read.covered));
    }
    asking.run(&format!("DROP TABLE IF EXISTS inp; CREATE TABLE inp AS SELECT {} FROM ({keys}) s;", columns.join(", ")))
}
