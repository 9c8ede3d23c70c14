//! Features, conditions, models, answers and explanations, on dense arrays and bitmaps.
//!
//! A function: (programme, tables, question) -> answers. No clock, no database, no network; tables are read through
//! [`Source`]. Same input, same bytes, whatever the number of threads.
//!
//! The way of one question, by file:
//! [`rows`](mod@rows) resolves each feed's deliveries to rows(feed, A, K) -> [`coverage`] says what they cover ->
//! [`timeline`] turns registers' feeds into spans -> [`scene`] knows who belongs where -> [`attribute`] and [`feature`] make
//! one column per value -> [`condition`] makes two bitmaps per condition -> [`screen`](mod@screen) combines them to answers
//! -> [`explain`], [`near`] read them back for one subject or for everyone.

mod attribute;
mod behind;
mod bitmap;
mod by_number;
mod column;
mod columns;
mod condition;
mod coverage;
mod explain;
mod fault;
mod feature;
mod figure;
mod index;
mod kleene;
mod look;
mod lookup;
mod near;
mod needs;
mod parameter;
mod rows;
mod scene;
mod screen;
mod shortage;
mod source;
mod timeline;
mod values;
mod vector;
mod what_if;
mod within;

pub use coverage::{Coverage, State as FeedState};
pub use fault::Fault;
pub use figure::values_of;
pub use needs::{Rules, feeds_of, rules_of, rules_of_value};
pub use rows::open_refusals;
pub use scene::Scene;
pub use screen::{Counts, MissingParameter, Screen, screen, screen_after, screen_to_stay};
pub use shortage::Shortage;
pub use source::{Resting, Source};
pub use what_if::{Group, Moves, WhatIf};
