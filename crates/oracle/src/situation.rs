//! What happened in generated cases, and how often: a test that never meets a situation says nothing about it.

use std::collections::BTreeMap;
use std::fmt;

/// A situation in which a value is easily got wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Situation {
    /// A NULL cell among the rows of a window.
    NullCell,
    /// A subject without any row in a covered window.
    NoRows,
    /// A feed that is late, but not lapsed, at a question.
    Late,
    /// A subject's value uncovered because a feed lapsed.
    Lapsed,
    /// A subject's value uncovered by a refused row.
    Refused,
    /// A row on the first or last day of a window, or a day outside it.
    WindowEdge,
    /// A question at the end of a month.
    MonthEnd,
    /// A row, or a question, on 29 February.
    LeapDay,
    /// A member that belongs to another group than before.
    MembershipChange,
    /// A subject that stands for another at K.
    Alias,
    /// A parameter's value in force at A but not yet known by K.
    RetroactiveParameter,
    /// A scope of a snapshot that a later delivery replaced.
    SnapshotReplaced,
    /// A scope that a delivery declared and left empty.
    EmptiedScope,
    /// A row replaced by a later one of the same key.
    Correction,
    /// Two rows of one subject on one valid date.
    Tie,
    /// A value uncovered because the history is too short, or has a gap.
    HistoryTooShort,
    /// A value uncovered because its window lies after the data.
    NotYetReported,
    /// A subject without group or place where one is needed.
    NotLinked,
    /// A parameter without a value in force.
    ParameterMissing,
    /// A row received after K.
    ReceivedAfterKnownBy,
    /// A row dated after A.
    ValidAfterAsOf,
    /// A near miss.
    Near,
    /// A roll-up that bears some uncovered members.
    Tolerated,
    /// A row that names somebody of whom nobody can say what is read through it.
    BehindLink,
    /// A subject of whom there is only a refused row, beside what it would belong to.
    KnownByRefusal,
}

impl Situation {
    /// All situations.
    pub const ALL: [Self; 25] = [
        Self::NullCell,
        Self::NoRows,
        Self::Late,
        Self::Lapsed,
        Self::Refused,
        Self::WindowEdge,
        Self::MonthEnd,
        Self::LeapDay,
        Self::MembershipChange,
        Self::Alias,
        Self::RetroactiveParameter,
        Self::SnapshotReplaced,
        Self::EmptiedScope,
        Self::Correction,
        Self::Tie,
        Self::HistoryTooShort,
        Self::NotYetReported,
        Self::NotLinked,
        Self::ParameterMissing,
        Self::ReceivedAfterKnownBy,
        Self::ValidAfterAsOf,
        Self::Near,
        Self::Tolerated,
        Self::BehindLink,
        Self::KnownByRefusal,
    ];
}

/// How often each situation occurred.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Situations(BTreeMap<Situation, u64>);

impl Situations {
    /// It occurred so many times more.
    pub fn add(&mut self, situation: Situation, times: u64) {
        *self.0.entry(situation).or_default() += times;
    }

    /// Takes over the counts of others.
    pub fn extend(&mut self, others: &Self) {
        for (situation, times) in &others.0 {
            self.add(*situation, *times);
        }
    }

    /// How often it occurred.
    #[must_use]
    pub fn count(&self, situation: Situation) -> u64 {
        self.0.get(&situation).copied().unwrap_or(0)
    }
}

impl fmt::Display for Situations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for situation in Situation::ALL {
            writeln!(f, "{:24}{:>10}", format!("{situation:?}"), self.count(situation))?;
        }
        Ok(())
    }
}
