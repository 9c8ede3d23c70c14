//! Invents a county and writes the files its departments would send, with their mess.
//!
//! The truth comes first (`world`: places, people, and what happens to them, one kind of event a file in `life`); departments'
//! files are views of it (`files`, one file kind a module); mess is laid over them (`mess` in cells, `troubles` in whole
//! deliveries) and written down beside the truth. Nothing here reads a pack's features, parameters or models: the truth is not
//! fitted to the rules. Nobody is real: every citizen number and place code begins with 99, and names are invented.

mod calendar;
mod county;
mod dice;
mod files;
mod frame;
mod life;
mod manifest;
mod mess;
mod people;
mod settings;
mod shelf;
mod simulation;
mod troubles;
mod truth;
mod world;
mod write;

pub use manifest::{Listed, manifest};
pub use settings::{MOST_HOUSEHOLDS, MOST_MONTHS, Settings, SimulateError, Summary};
pub use simulation::simulate;
