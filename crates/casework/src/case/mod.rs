//! Cases: work opened from a clue or a report, moved through a workflow of a pack.

pub mod capacity;
pub mod clock;
mod decide;
mod event;
mod facts;
pub mod form;
mod refusal;
mod state;
#[cfg(test)]
mod tests;

pub use decide::{Act, Desk, Doer, Moment, Offer, Open, act, join, offers, open};
pub use event::{Actor, CaseChange, CaseEvent, CaseId, CaseSaid, FactsPin};
pub use facts::{Fact, Facts, GuardLine};
pub use refusal::{CaseRefusal, FieldFault, RefusalWord};
pub use state::{Case, CaseMisfit, Known, MEASURE, Measure, MeasureState, Recorded};
