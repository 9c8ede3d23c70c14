//! The names that the tests of this crate see.

use std::sync::Arc;

use expr::{Binding, Scope, TableType};
use types::{Band, BandEnd, CodeKind, Decimal, EntryKey, KeyedTable, Month, Period, TableEntry, TableKey, Type, Value};

/// Names by type; those that begin with `maybe` may be absent.
pub struct Names {
    /// Inside `exists_row`.
    inside: bool,
}

/// Outside `exists_row`.
pub const NAMES: Names = Names { inside: false };

const COLUMNS: &[(&str, Type)] = &[
    ("a", Type::INTEGER),
    ("b", Type::INTEGER),
    ("c", Type::INTEGER),
    ("maybe", Type::INTEGER),
    ("maybe2", Type::INTEGER),
    ("数", Type::INTEGER),
    ("x", Type::MONEY),
    ("y", Type::MONEY),
    ("金额", Type::MONEY),
    ("area", Type::AREA),
    ("floor_area", Type::SQUARE_METRES),
    ("share", Type::RATIO),
    ("p", Type::Bool),
    ("q", Type::Bool),
    ("r", Type::Bool),
    ("maybe_p", Type::Bool),
    ("t", Type::Text),
    ("u", Type::Text),
    ("maybe_t", Type::Text),
    ("名", Type::Text),
    ("k", Type::Code(CodeKind("one"))),
    ("k2", Type::Code(CodeKind("two"))),
    ("d", Type::Day),
    ("e", Type::Day),
    ("maybe_d", Type::Day),
    ("日期", Type::Day),
    ("m", Type::Month),
    ("n", Type::Month),
    ("yr", Type::Year),
    ("up.x", Type::MONEY),
    ("up.p", Type::Bool),
];
const OTHER: &[(&str, Type)] = &[("other.d", Type::Day), ("other.t", Type::Text), ("other.p", Type::Bool)];
const PARAMETERS: &[(&str, Type)] = &[
    ("line", Type::MONEY),
    ("low", Type::MONEY),
    ("share", Type::RATIO),
    ("count", Type::INTEGER),
    ("gap", Type::Period),
    ("since", Type::Day),
    ("比例", Type::RATIO),
];

/// The parameters with keys: name; name and type of each key, and whether it is a band; type of the value; rows.
const TABLES: &[(&str, &[(&str, Type, bool)], Type, &str)] = &[
    ("bands", &[("x", Type::MONEY, true)], Type::RATIO, "0..<1000 0.05, 1000..5000 0.03, 5000<.. 0.01"),
    ("signed", &[("x", Type::MONEY, true)], Type::RATIO, "..<100 0.1, 100.. 0.2"),
    ("holes", &[("a", Type::INTEGER, true)], Type::Text, "..-1 负, 1..9 少, 9<..<20 中, 20..20 整, 20<.. 多"),
    ("ages", &[("a", Type::INTEGER, true)], Type::Bool, "..15 false, 16..59 true, 60.. false"),
    (
        "quota",
        &[("t", Type::Text, false), ("m", Type::Month, false)],
        Type::INTEGER,
        "甲 2026-01 3, 甲 2026-02 4, 乙 2026-01 5",
    ),
    (
        "tariff",
        &[("t", Type::Text, false), ("a", Type::INTEGER, true)],
        Type::MONEY,
        "水 0..100 2.50, 水 101.. 4.05, 电 0.. 0.55",
    ),
    ("steps", &[("a", Type::INTEGER, true)], Type::INTEGER, "..-5 3, -4..<0 2, 0..4 1, 4<.. 2"),
    ("wait", &[("k", Type::Code(CodeKind("one")), false)], Type::Period, "a 1-month, b 30-days"),
    // Two days off in the middle of a week, and the Sunday after them at work.
    ("calendar", &[("day", Type::Day, true)], Type::Bool, "2026-05-05..2026-05-06 false, 2026-05-10..2026-05-10 true"),
    (
        "grid",
        &[("a", Type::INTEGER, true), ("b", Type::INTEGER, true)],
        Type::INTEGER,
        "0..9 0..9 1, 0..9 10.. 2, 10.. 0.. 3",
    ),
];

/// The table `name`, as in force.
#[allow(dead_code, reason = "not every test reads values")]
pub fn table(name: &str) -> Option<Value> {
    let (_, keys, ty, rows) = TABLES.iter().find(|table| table.0 == name)?;
    let entries = rows.split(", ").map(|row| {
        let mut words = row.split(' ');
        let cell = |ty: Type, word: &str| {
            Some(match ty {
                Type::Number { scale, .. } => Value::Number(Decimal::parse(word)?.rescale(scale)?),
                Type::Bool => Value::Bool(word == "true"),
                Type::Day => Value::Day(types::Day::parse(word)?),
                Type::Month => Value::Month(Month::parse(word)?),
                Type::Period => Value::Period(Period::parse(&word.replace('-', " "))?),
                _ => Value::text(word),
            })
        };
        let end = |ty: Type, word: &str, is_closed: bool| Some(BandEnd { value: cell(ty, word)?, is_closed });
        let keys = keys.iter().map(|(_, ty, is_band)| {
            let word = words.next().expect("a key");
            if !is_band {
                return EntryKey::Is(cell(*ty, word).expect(word));
            }
            let (from, to) = word.split_once("..").expect("a band");
            EntryKey::Within(Band {
                from: end(*ty, from.trim_end_matches('<'), !from.ends_with('<')),
                to: end(*ty, to.trim_start_matches('<'), !to.starts_with('<')),
            })
        });
        let keys = keys.collect();
        let value = cell(*ty, words.next().expect("a value")).expect(row);
        TableEntry { keys, value, basis: None }
    });
    let entries = entries.collect();
    Some(Value::Table(Arc::new(KeyedTable::new(table_keys(keys), *ty, entries, String::new()))))
}

fn table_keys(keys: &[(&str, Type, bool)]) -> Vec<TableKey> {
    keys.iter().map(|(name, ty, is_band)| TableKey { name: (*name).into(), ty: *ty, is_band: *is_band }).collect()
}

impl Names {
    fn columns(&self) -> impl Iterator<Item = &'static (&'static str, Type)> {
        COLUMNS.iter().chain(OTHER.iter().filter(|_| self.inside))
    }
}

impl Scope for Names {
    fn name(&self, prefix: Option<&str>, name: &str) -> Option<Binding> {
        let written = prefix.map_or_else(|| name.to_owned(), |prefix| format!("{prefix}.{name}"));
        let (name, ty) = self.columns().find(|(column, _)| *column == written)?;
        Some(Binding { ty: *ty, may_be_absent: name.starts_with("maybe") })
    }

    fn parameter(&self, name: &str) -> Option<Type> {
        PARAMETERS.iter().find(|parameter| parameter.0 == name).map(|parameter| parameter.1)
    }

    fn table(&self, name: &str) -> Option<TableType> {
        let (_, keys, value, _) = TABLES.iter().find(|table| table.0 == name)?;
        Some(TableType { keys: table_keys(keys), value: *value, is_complete: ["signed", "ages"].contains(&name) })
    }

    fn other(&self, feed: &str) -> Option<Box<dyn Scope + '_>> {
        (feed == "rows" && !self.inside).then(|| Box::new(Self { inside: true }) as Box<dyn Scope>)
    }

    fn names(&self) -> Vec<String> {
        self.columns().map(|column| column.0.to_owned()).collect()
    }

    fn parameters(&self) -> Vec<String> {
        let tables = TABLES.iter().map(|table| table.0);
        PARAMETERS.iter().map(|parameter| parameter.0).chain(tables).map(str::to_owned).collect()
    }

    fn feeds(&self) -> Vec<String> {
        if self.inside { Vec::new() } else { vec!["rows".to_owned()] }
    }
}
