//! Features: one file per way of computing them.

pub mod aggregate;
pub mod carried;
pub mod doubtful;
pub mod exists;
pub mod formula;
pub mod linked;
pub mod members;
pub mod refused;
pub mod rows;
pub mod targets;
