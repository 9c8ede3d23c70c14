//! Models: whom they are about, and a formula over conditions.

use expr::{Formula, Input};
use types::{Answer, Reason, Text, Value};

/// One model (semantics sections 5 and 8).
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Id.
    pub id: String,
    /// Number of the pack that declares it.
    pub pack: usize,
    /// What its hits are.
    pub kind: ModelKind,
    /// Title.
    pub title: Text,
    /// Subject kind.
    pub subject: String,
    /// Whom it is about; everyone when `None`.
    pub population: Option<Formula>,
    /// When it hits.
    pub when: Formula,
    /// Levels of a hit.
    pub severity: Severity,
    /// Legal basis or source.
    pub basis: Option<String>,
    /// The sentence for people, with `{feature}` and `{:parameter}` in it; empty when the pack has none.
    pub explain: Text,
    /// Names that only the sentence reads: they are shown and change no answer.
    pub shown: Vec<Input>,
    /// What a hit opens.
    pub opens: Option<Opens>,
    /// Days after the end of an episode, or its verdict, during which a new hit is only listed.
    pub quiet_days: i32,
    /// It is evaluated and recorded by every run, and raises and opens nothing.
    pub is_shadow: bool,
    /// Given/expect tests.
    pub tests: Vec<ModelTest>,
}

/// What the hits of a model are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelKind {
    /// Clues for people.
    Clue,
    /// A worklist for the department; never a clue.
    DataQuality,
}

/// Levels of a hit: the first whose condition is true; the last has none.
#[derive(Clone, Debug, PartialEq)]
pub struct Severity {
    /// In order of writing. One entry without a condition for a plain `severity: high`; empty for none.
    pub levels: Vec<Level>,
}

/// One level.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// `high`, `medium`, `low`.
    pub name: String,
    /// When; `None` for otherwise.
    pub when: Option<Formula>,
}

/// What a hit opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opens {
    /// Workflow id.
    pub workflow: String,
    /// Subject kind of the case: the model's own, or one above it.
    pub subject: String,
}

/// A test beside the model.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelTest {
    /// A sentence.
    pub name: String,
    /// What is given, by name as the model writes it (`group.attribute`, `:line`).
    pub given: Vec<(String, Given)>,
    /// What the model must answer.
    pub expect: Expected,
    /// Path of the model's file, as findings call it.
    pub file: String,
    /// Line of the test in it, from 1.
    pub line: usize,
}

/// A given value.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// Covered, with this value or NULL.
    Value(Value),
    /// `not covered`, with the reason when one is written.
    NotCovered(Option<Reason>),
}

/// An expected answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Expected {
    /// The answer.
    pub answer: Answer,
    /// The level, where the test names one.
    pub severity: Option<String>,
    /// A reason that must be among those given.
    pub reason: Option<Reason>,
}
