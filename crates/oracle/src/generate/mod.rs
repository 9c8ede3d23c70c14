//! A seeded generator of packs and data: small worlds in which rare situations are frequent.
//!
//! - `pack`: registers, feeds and parameters as YAML; `feature` and `derived`: features; `model`: models.
//! - `world`: who lives where when; `event`: what event feeds report; `covers`: what a delivery covers, by section 2 of the semantics.
//! - `case`: all of it, and questions.

mod case;
mod covers;
mod derived;
mod dice;
mod event;
mod feature;
mod model;
mod pack;
mod world;

pub use case::case;
