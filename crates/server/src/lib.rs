//! The HTTP API, sessions and rights, and the browser app that is embedded at build. The only user of `axum`.
//!
//! The contract is `openapi.json`, checked in beside this crate; [`rights`] says for each of its operations who may ask. The way
//! of a request: `router` finds the operation, `guard` finds out who asks and whether they may, a file of `routes/` answers
//! within the asker's [`store::Scope`], [`mask`] hides what is not theirs to see.
//!
//! To add an operation: 1. `openapi.json`; 2. a line of [`rights::OPERATIONS`]; 3. its handler in `routes/` and its arm in
//! `router.rs`; 4. its row in `tests/rights`.

mod app;
mod assets;
mod caller;
mod guard;
pub mod mask;
mod password;
mod problem;
mod rebuild;
pub mod rights;
mod router;
mod routes;
pub mod said;
mod shield;
mod throttle;
mod wire;

pub use app::{App, Clock, Now};
pub use password::hash_password;
pub use problem::Problem;
pub use rebuild::rebuild_cases;
pub use router::{router, serve};

/// The OpenAPI 3.1 document of the API.
pub const OPENAPI: &str = include_str!("../openapi.json");
