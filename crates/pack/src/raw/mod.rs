//! Packs as written: one file per kind of file, every value with its place.
//!
//! Decision: the files are not read through serde. `serde` stops at the first error of a file and knows no place for a missing
//! key; an author wants all findings of a file at once. So the events of `granit-parser` (the parser below `serde-saphyr`)
//! become a small tree with byte spans (`yaml`), and each kind of file takes its keys from it by hand (`fields`): unknown,
//! missing and repeated keys, wrong shapes and bad words are findings, and reading goes on. Numbers are never read here, only
//! kept as text.
//!
//! What could not be read is `None`, with its finding; there is then no programme, so that later stages may put anything in
//! its stead.

mod agreement;
mod calendar;
mod feature;
mod feed;
pub(crate) mod fields;
mod indicator;
mod locate;
mod model;
mod pack;
mod parameter;
mod publication;
mod register;
mod role;
mod table;
mod workflow;
pub(crate) mod yaml;

use expr::Span;

use crate::finding::{Findings, Place};
pub(crate) use agreement::{RawAgreedFeed, RawAgreement};
pub(crate) use calendar::RawYear;
pub(crate) use feature::RawFeature;
pub(crate) use feed::{RawColumn, RawFeed, RawMode};
pub(crate) use indicator::RawIndicator;
pub(crate) use model::{RawGiven, RawModel, RawTest};
pub(crate) use pack::RawPack;
pub(crate) use parameter::{COLUMNS as ROW_COLUMNS, RawParameter, RawParameterValue, RawRow};
pub(crate) use publication::RawPublication;
pub(crate) use register::{RawAttribute, RawAttributeSource, RawRegister, RawShape};
pub(crate) use role::RawRole;
pub(crate) use table::{RawAsked, RawDelivery, RawLink, RawQuestion, RawTable, RawTableExpect, RawValueExpect};
pub(crate) use workflow::{RawGuard, RawSteps, RawTerm, RawWorkflow};

/// A value and where it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) at: Place,
}

/// A scalar that holds an expression, as decoded, and how it was written.
#[derive(Clone, Debug)]
pub(crate) struct Expression {
    pub(crate) text: String,
    pub(crate) style: yaml::Style,
    pub(crate) at: Place,
}

impl Expression {
    /// The place in the file of `span` of the text.
    pub(crate) fn place(&self, span: Span, findings: &Findings) -> Place {
        let source = findings.text(self.at.file);
        let offsets = locate::offsets(source, self.at.start, self.at.end, &self.text, self.style);
        let last = self.text.len();
        let (start, end) = (offsets[span.start.min(last)], offsets[span.end.min(last)]);
        Place { file: self.at.file, start, end: end.max(start) }
    }
}
