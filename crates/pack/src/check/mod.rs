//! One rule a file: what it refuses, why, and the code it gives.
//!
//! Rules that cannot be told from resolving a name stand where the name is resolved, in `meaning`.

mod bands;
mod contradiction;
mod cycles;
mod explain;
mod file_name;
mod foreign;
mod given;
mod implied;
mod lines;
mod link_keys;
mod no_test;
mod opens;
mod overlap;
mod pack_order;
mod severity_order;
mod shadows;
mod test_values;
mod where_optional;

pub(crate) use bands::bands;
pub(crate) use contradiction::{contradictions, filter_contradictions};
pub(crate) use cycles::feature_cycles;
pub(crate) use explain::explain;
pub(crate) use file_name::file_name;
pub(crate) use foreign::{foreign, foreign_names};
pub(crate) use given::not_given;
pub(crate) use implied::implied;
pub(crate) use link_keys::link_keys;
pub(crate) use no_test::no_test;
pub(crate) use opens::opens;
pub(crate) use overlap::overlap;
pub(crate) use pack_order::pack_order;
pub(crate) use severity_order::severity_order;
pub(crate) use shadows::shadowed_attribute;
pub(crate) use test_values::test_values;
pub(crate) use where_optional::where_optional;
