//! The handlers, one file per area of work.

pub(crate) mod cases;
pub(crate) mod clues;
pub(crate) mod commands;
pub(crate) mod data;
mod explained;
pub(crate) mod exports;
pub(crate) mod home;
pub(crate) mod listing;
pub(crate) mod meta;
pub(crate) mod models;
pub(crate) mod public;
pub(crate) mod session;
pub(crate) mod subjects;
pub(crate) mod systems;
pub(crate) mod work;
