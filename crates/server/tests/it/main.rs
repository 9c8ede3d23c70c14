//! The server over a real folder of a small invented county, asked over its own router.

mod contract;
mod county;
mod fuzz;
mod rights;
mod seen;
mod shown;
mod thread;
