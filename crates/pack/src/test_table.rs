//! Table tests of packs (`tests/*.yaml`): deliveries in, answers out. `jianwei test` runs them.

use types::{Answer, Day, Interval, Reason};

use crate::programme::Given;

/// One file of `tests/`.
#[derive(Clone, Debug, PartialEq)]
pub struct TableTest {
    /// Path of the file, as findings call it.
    pub file: String,
    /// A sentence.
    pub title: String,
    /// In order of delivery sequence.
    pub deliveries: Vec<TestDelivery>,
    /// Link decisions, in order.
    pub link: Vec<TestLink>,
    /// What is asked, in order.
    pub questions: Vec<TestQuestion>,
}

/// One delivered file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestDelivery {
    /// The feed.
    pub feed: String,
    /// Day it reached us.
    pub received: Day,
    /// Day its content describes, where the table says so.
    pub data_date: Option<Day>,
    /// The interval it covers; by the feed's rule when `None`.
    pub covers: Option<Interval>,
    /// Scopes declared besides those of its rows.
    pub scope: Vec<String>,
    /// CSV: a header line of column names or aliases, then the rows.
    pub rows: String,
    /// Line of the file in which its first line stands, from 1.
    pub rows_line: usize,
    /// Line in the file, from 1.
    pub line: usize,
}

/// One link decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestLink {
    /// `from` stands for `to` from `known_by` on.
    Merge {
        /// The key that stands for another.
        from: String,
        /// The key it stands for.
        to: String,
        /// Kind of subject.
        kind: String,
        /// Day from which it is known.
        known_by: Day,
    },
    /// `key` stands for itself again.
    Split {
        /// The key.
        key: String,
        /// Kind of subject.
        kind: String,
        /// Day from which it is known.
        known_by: Day,
    },
}

/// One question with the expected answers.
#[derive(Clone, Debug, PartialEq)]
pub struct TestQuestion {
    /// A.
    pub as_of: Day,
    /// K; A when the table does not say.
    pub known_by: Day,
    /// What is asked.
    pub asked: Asked,
    /// Subject key (canonical where the key is a code), what is expected of it, line in the file.
    pub expect: Vec<(String, TestExpect, usize)>,
    /// Subjects that are not listed must not hit (of a model) or have a value (of a feature).
    pub only: bool,
    /// Line in the file, from 1.
    pub line: usize,
}

/// What a question asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The answers of this model, by id.
    Model(String),
    /// The values of a feature (or attribute).
    Feature {
        /// Kind of subject.
        of: String,
        /// Its name.
        name: String,
    },
}

/// What is expected of one subject.
#[derive(Clone, Debug, PartialEq)]
pub enum TestExpect {
    /// Of a model.
    Answer(AnswerExpect),
    /// Of a feature.
    Value(ValueExpect),
}

/// An expected answer; what is `None` or empty is not looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswerExpect {
    /// The answer.
    pub answer: Answer,
    /// A reason that must be among those given.
    pub reason: Option<Reason>,
    /// What that reason, or any, must be about: a feed, a parameter, a link.
    pub about: Option<String>,
    /// Values by name as the model writes them.
    pub values: Vec<(String, Given)>,
    /// The condition, as the model writes it, that alone stands between the subject and a hit.
    pub near: Option<String>,
    /// The level of the hit.
    pub severity: Option<String>,
    /// How many rows are behind all its values together.
    pub evidence: Option<u64>,
}

/// An expected value of a feature.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueExpect {
    /// The value, NULL, or not covered.
    pub value: Given,
    /// Stamps that must be on it, by the words of [`types::Stamp`]: `data_to`, `since` …
    pub stamps: Vec<String>,
}
