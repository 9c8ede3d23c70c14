//! What changes a data folder: one job a file, each safe to run twice.
//!
//! To add a job: a file here with its request, its outcome and its `async fn`; a command in the binary.

mod destroy;
mod expire;
mod init;
mod land;
mod link;
mod remark;
mod screen;

pub use destroy::destroy;
pub use expire::{Expired, expire, expired};
pub(crate) use init::together;
pub use init::{PackAdded, add_packs, init, read_packs};
pub use land::{LandRequest, Landing, Outcome, land};
pub use link::{LinkRequest, decide_link};
pub use remark::Remark;
pub use screen::{ModelCount, ScreenRequest, Screened, screen};
pub(crate) use screen::{explanation_hash, refuse_too_early};
