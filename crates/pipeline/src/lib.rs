//! The one place where stages meet: land -> link -> screen -> raise -> replay, each a job that may run twice.
//!
//! - [`DataFolder`]: an open data folder with its checked packs.
//! - [`job`]: what changes it: [`job::init`], [`job::land`], [`job::screen`], [`job::decide_link`], [`job::destroy`],
//!   [`job::expire`].
//! - [`Inquiry`]: what only reads it: explanations, near misses, indicators, replays.
//! - [`backtest`](mod@backtest): models over past dates.
//! - [`found`](mod@found): who was found on past dates, and when.
//! - [`WhatIfRequest`]: a line or a condition tried before it is moved.
//! - [`Keeper`]: one question kept in memory, for a server.
//! - [`Standing`]: answers kept in memory, for the next question or another line.
//! - [`corrections()`]: how departments make refused rows good.
//! - [`unlinked`]: rows about subjects that no register lists.
//! - [`ranking`](mod@ranking): in which order clues are worth looking into, and how many conversations they are.
//! - [`proof`]: the tests a pack carries.
//!
//! Nothing here reads the clock or the system's randomness: the binary passes both.

pub mod backtest;
mod change;
mod corrections;
mod error;
mod folder;
pub mod found;
mod indicators;
mod inquiry;
pub mod job;
mod keeper;
mod kept;
mod level;
mod lint;
pub mod proof;
pub mod ranking;
mod roster;
mod source_rows;
mod standing;
mod tables;
mod unlinked;
mod what_if;

pub use change::{Change, ChangeRequest, TriedLine};
pub use corrections::{Corrections, corrections, department_of};
pub use engine::Shortage;
pub use error::Error;
pub use folder::{Caller, DataFolder};
pub use indicators::IndicatorFigure;
pub use inquiry::{Inquiry, Replayed};
pub use keeper::{Keeper, View};
pub use lint::{Leak, lint_publication};
pub use roster::Roster;
pub use source_rows::{Cell, SourceRows};
pub use standing::Standing;
pub use tables::Tables;
pub use unlinked::{Unlinked, unlinked};
pub use what_if::{ByPlace, ByValue, Visits, WhatIfAnswer, WhatIfRequest};
