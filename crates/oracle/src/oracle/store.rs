//! A case as tables.

use std::collections::BTreeMap;

use pack::Programme;
use pack::programme::{Feed, Mode, Scope, Shape, Valid};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params, params_from_iter};
use types::{Decimal, Type};

use super::Error;
use crate::{Case, Cell, Delivered};

/// Whether the feed's rows describe the state on the data date.
pub(super) fn is_state(feed: &Feed) -> bool {
    feed.valid == Valid::DataDate
}

/// `(kind, columns)`: the links of a feed, and the derived registers made of it.
pub(super) fn links(programme: &Programme, feed: &Feed) -> Vec<(String, Vec<String>)> {
    let own = feed.links.iter().map(|(kind, column)| (kind.clone(), vec![column.clone()]));
    let derived = programme.registers.values().filter_map(|register| match &register.shape {
        Shape::Derived { feed: from, key, .. } if *from == feed.name => Some((register.name.clone(), key.clone())),
        _ => None,
    });
    own.chain(derived).collect()
}

/// A database with the deliveries and link decisions of `case`.
pub(super) fn store(case: &Case) -> Result<Connection, Error> {
    let database = Connection::open_in_memory()?;
    database.execute_batch(
        "PRAGMA case_sensitive_like = ON;
         CREATE TABLE delivery(seq INTEGER PRIMARY KEY, feed TEXT, received TEXT, data_date TEXT, c_from TEXT, c_to TEXT);
         CREATE TABLE dscope(seq INTEGER, feed TEXT, scope TEXT);
         CREATE INDEX dscope_by ON dscope(feed, scope);
         CREATE TABLE alias(position INTEGER, register TEXT, a TEXT, b TEXT, known_by TEXT);
         CREATE TABLE raw_refused(id INTEGER PRIMARY KEY, feed TEXT, seq INTEGER, received TEXT, row INTEGER, valid TEXT, scope TEXT, ukey TEXT);
         CREATE TABLE raw_refused_key(id INTEGER, kind TEXT, key TEXT);
         CREATE TABLE raw_refused_cell(id INTEGER, name TEXT, text TEXT);",
    )?;
    for alias in &case.aliases {
        database.execute(
            "INSERT INTO alias VALUES (?, ?, ?, ?, ?)",
            params![alias.position, alias.kind, alias.from, alias.to, alias.known_by.to_string()],
        )?;
    }
    for feed in case.programme.feeds.values() {
        let keys = links(&case.programme, feed).into_iter().map(|(kind, _)| format!("\"k_{kind}\" TEXT"));
        let cells = feed.columns.keys().map(|column| format!("\"c_{column}\""));
        let columns: Vec<String> = keys.chain(cells).collect();
        database.execute_batch(&format!(
            "CREATE TABLE raw_{0}(id INTEGER PRIMARY KEY, seq INTEGER, received TEXT, row INTEGER, valid TEXT, scope TEXT, ukey TEXT, {1});
             CREATE INDEX raw_{0}_by ON raw_{0}(ukey);",
            feed.name,
            columns.join(", ")
        ))?;
    }
    for delivery in &case.deliveries {
        write(&database, &case.programme, delivery)?;
    }
    Ok(database)
}

fn write(database: &Connection, programme: &Programme, delivery: &Delivered) -> Result<(), Error> {
    let feed = &programme.feeds[&delivery.feed];
    let received = delivery.received.to_string();
    database.execute(
        "INSERT INTO delivery VALUES (?, ?, ?, ?, ?, ?)",
        params![
            delivery.sequence,
            feed.name,
            received,
            delivery.data_date.to_string(),
            delivery.covers.map(|covers| covers.from.to_string()),
            delivery.covers.map(|covers| covers.to.to_string()),
        ],
    )?;
    for scope in &delivery.scopes {
        database.execute("INSERT INTO dscope VALUES (?, ?, ?)", params![delivery.sequence, feed.name, scope])?;
    }
    let links = links(programme, feed);
    let marks = vec!["?"; 7 + links.len() + feed.columns.len()].join(", ");
    let mut insert = database.prepare(&format!("INSERT INTO raw_{} VALUES ({marks})", feed.name))?;
    for row in &delivery.rows {
        let texts: BTreeMap<&str, Option<String>> = feed
            .columns
            .values()
            .zip(&row.cells)
            .map(|(column, cell)| (column.name.as_str(), text(column.ty, cell)))
            .collect();
        let of = |name: &str| texts.get(name).cloned().flatten();
        let mut values: Vec<Sql> = vec![
            Sql::Null,
            i64::from(delivery.sequence).into(),
            received.clone().into(),
            i64::from(row.number).into(),
            valid(feed, delivery, &of).into(),
            scope(feed, delivery, &of).into(),
            ukey(feed, &of).into(),
        ];
        values.extend(links.iter().map(|(_, columns)| key(columns, &of).into()));
        values.extend(feed.columns.values().zip(&row.cells).map(|(column, cell)| sql(column.ty, cell)));
        insert.execute(params_from_iter(values))?;
    }
    for row in &delivery.refused {
        let of = |name: &str| row.readable.get(name).cloned();
        database.execute(
            "INSERT INTO raw_refused VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)",
            params![
                feed.name,
                delivery.sequence,
                received,
                row.number,
                valid(feed, delivery, &of),
                scope(feed, delivery, &of),
                ukey(feed, &of)
            ],
        )?;
        let id = database.last_insert_rowid();
        for (name, text) in &row.readable {
            database.execute("INSERT INTO raw_refused_cell VALUES (?, ?, ?)", params![id, name, text])?;
        }
        for (kind, columns) in &links {
            if let Some(key) = key(columns, &of) {
                database.execute("INSERT INTO raw_refused_key VALUES (?, ?, ?)", params![id, kind, key])?;
            }
        }
    }
    Ok(())
}

type Of<'a> = &'a dyn Fn(&str) -> Option<String>;

/// First day of the valid date, from its text.
fn valid(feed: &Feed, delivery: &Delivered, of: Of<'_>) -> Option<String> {
    match &feed.valid {
        Valid::DataDate => Some(delivery.data_date.to_string()),
        Valid::Column(column) => of(column).map(|text| match text.len() {
            4 => format!("{text}-01-01"),
            7 => format!("{text}-01"),
            _ => text,
        }),
    }
}

fn scope(feed: &Feed, delivery: &Delivered, of: Of<'_>) -> Option<String> {
    let Mode::Snapshot(scope) = &feed.mode else { return None };
    match scope {
        Scope::All => Some(String::new()),
        Scope::ByMonth => valid(feed, delivery, of).map(|valid| valid[..7].to_owned()),
        Scope::ByYear => valid(feed, delivery, of).map(|valid| valid[..4].to_owned()),
        Scope::ByColumn(column) => of(column),
    }
}

fn ukey(feed: &Feed, of: Of<'_>) -> Option<String> {
    let Mode::Upsert(columns) = &feed.mode else { return None };
    let parts: Option<Vec<String>> = columns.iter().map(|column| of(column)).collect();
    parts.map(|parts| parts.join("\u{1f}"))
}

/// A key of one column as it is; of several joined by `|`, with `|` and `\` inside a part escaped.
fn key(columns: &[String], of: Of<'_>) -> Option<String> {
    match columns {
        [column] => of(column),
        _ => {
            let parts: Option<Vec<String>> = columns.iter().map(|column| of(column)).collect();
            parts.map(|parts| {
                parts.iter().map(|part| part.replace('\\', "\\\\").replace('|', "\\|")).collect::<Vec<_>>().join("|")
            })
        }
    }
}

/// The canonical text of a cell.
fn text(ty: Type, cell: &Cell) -> Option<String> {
    Some(match (cell, ty) {
        (Cell::Null, _) => return None,
        (Cell::Bool(value), _) => value.to_string(),
        (Cell::Number(value), Type::Number { scale, .. }) => Decimal::new(i128::from(*value), scale).to_string(),
        (Cell::Number(value), _) => value.to_string(),
        (Cell::Text(text), _) => text.clone(),
        (Cell::Day(day), Type::Month) => day.to_string()[..7].to_owned(),
        (Cell::Day(day), Type::Year) => day.to_string()[..4].to_owned(),
        (Cell::Day(day), _) => day.to_string(),
    })
}

/// A cell as SQLite holds it.
fn sql(ty: Type, cell: &Cell) -> Sql {
    match (cell, ty) {
        (Cell::Null, _) => Sql::Null,
        (Cell::Bool(value), _) => i64::from(*value).into(),
        (Cell::Number(value), _) => (*value).into(),
        (Cell::Day(day), Type::Year) => day.to_string()[..4].parse::<i64>().unwrap_or(0).into(),
        _ => text(ty, cell).into(),
    }
}
