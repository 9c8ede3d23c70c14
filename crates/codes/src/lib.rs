//! Identifiers and code standards: check, bring to canonical form, mask. Pure functions, no tables of real people or places.
//!
//! [`code`] finds a kind of code by the name packs write in `code(NAME)`; [`Code::check`] gives the canonical form or says what
//! is wrong.
//!
//! To add an identifier: a file here named after it, with its test vectors and a `pub(crate) fn code()`; its line in
//! `registry::ALL`.

pub mod bank_card;
pub mod calendar;
pub mod citizen_number;
pub mod credit_code;
mod destroyed;
pub mod disability_certificate;
pub mod ear_tag;
mod error;
mod find;
pub mod mobile;
mod normalise;
pub mod organisation_code;
pub mod parcel;
pub mod place;
mod registry;

pub use calendar::{BeyondCalendar, CalendarYear, DayUnit, WorkCalendar};
pub use destroyed::looks_destroyed;
pub use error::{CodeError, CodeErrorKind};
pub use find::personal_codes;
pub use registry::{Code, code, codes};
