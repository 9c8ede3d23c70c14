//! What engine and oracle are both given: deliveries with typed rows, link decisions and questions.

use std::collections::BTreeMap;

use pack::Programme;
use types::{Alias, Day, Interval, Question};

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Empty.
    Null,
    /// True or false.
    Bool(bool),
    /// A number at its type's scale.
    Number(i64),
    /// Text, or a code.
    Text(String),
    /// A day, or the first day of a month or a year.
    Day(Day),
}

/// One accepted row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number in the file.
    pub number: u32,
    /// One cell per column of the feed, in order of name.
    pub cells: Vec<Cell>,
}

/// One refused row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedRow {
    /// Its number in the file.
    pub number: u32,
    /// Canonical texts of the cells that could be read, by column.
    pub readable: BTreeMap<String, String>,
}

/// One delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// Position in the sequence of deliveries, from 1.
    pub sequence: u32,
    /// Feed.
    pub feed: String,
    /// Day it reached us.
    pub received: Day,
    /// Day its content describes.
    pub data_date: Day,
    /// Interval it covers.
    pub covers: Option<Interval>,
    /// Scopes it replaces; one empty text for a snapshot of all.
    pub scopes: Vec<String>,
    /// Accepted rows.
    pub rows: Vec<Row>,
    /// Refused rows.
    pub refused: Vec<RefusedRow>,
}

/// A programme with data and questions.
#[derive(Clone, Debug)]
pub struct Case {
    /// The pack's files, for messages.
    pub files: BTreeMap<String, String>,
    /// The checked pack.
    pub programme: Programme,
    /// In order of sequence; received days never fall.
    pub deliveries: Vec<Delivered>,
    /// Link decisions, in order of position.
    pub aliases: Vec<Alias>,
    /// What is asked.
    pub questions: Vec<Question>,
}
