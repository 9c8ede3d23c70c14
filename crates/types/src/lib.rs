//! The values and records that the stages hand to each other: one file per hand-over, no IO ([`Spool`] says what is asked of a place
//! outside memory; `tablefile` has it).
//!
//! To add a hand-over: a file here named after the record, documented with shapes and units; then
//! the stage that makes it and the stage that takes it.

mod answer;
mod canonical;
mod class;
mod date;
mod decimal;
mod delivery;
mod explanation;
mod figure;
mod hash;
mod identities;
mod keyed;
mod linked;
mod period;
mod question;
mod readable;
mod reason;
mod refused;
mod spool;
mod table;
mod text;
mod value;

pub use answer::Answer;
pub use canonical::canonical_json;
pub use class::Class;
pub use date::{Day, Month, Year};
pub use decimal::Decimal;
pub use delivery::{Delivery, DeliveryName, Interval};
pub use explanation::{
    ConditionLine, Evidence, EvidenceRow, Explanation, NearLine, OpensLine, ReasonLine, Stamp, SubjectRef, ValueLine,
};
pub use figure::{Figure, Listing, ListingLine};
pub use hash::{Hash, Hasher};
pub use identities::{Given, Identities, Numbering, Segment};
pub use keyed::{Band, BandEnd, EntryKey, KeyedTable, TableEntry, TableKey};
pub use linked::{Alias, Canonical, Linked, NO_NUMBER, column_link};
pub use period::Period;
pub use question::{Question, SEMANTICS_NUMBER};
pub use readable::Readable;
pub use reason::Reason;
pub use refused::{Landed, RefusalCode, RefusedRow};
pub use spool::{Spool, SpoolColumn};
pub use table::{ROW_COLUMN, physical, value_at};
pub use text::{Lang, Text};
pub use value::{CodeKind, Type, Unit, Value};
