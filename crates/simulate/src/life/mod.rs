//! What happens to people and places, one kind of event a file.
//!
//! To add a kind: 1. a file here with `pub(crate) fn happen(world: &mut World)` and its record; 2. a vector of the record in
//! [`World`]; 3. its line in [`ALL`], after everything it reads; 4. its truth events; 5. the department's file in `files/`.

pub(crate) mod accidents;
pub(crate) mod allowance;
pub(crate) mod assets;
pub(crate) mod benefits;
pub(crate) mod births;
pub(crate) mod care;
pub(crate) mod consents;
pub(crate) mod deaths;
pub(crate) mod disasters;
pub(crate) mod dwellings;
pub(crate) mod fraud;
pub(crate) mod hardship;
pub(crate) mod hidden;
pub(crate) mod illness;
pub(crate) mod income;
pub(crate) mod jobs;
pub(crate) mod losses;
pub(crate) mod means;
pub(crate) mod mishaps;
pub(crate) mod moves;
pub(crate) mod roll;
pub(crate) mod school;
pub(crate) mod tickets;
pub(crate) mod watch;
pub(crate) mod water;
pub(crate) mod work;

use crate::world::World;

/// All kinds, in the order in which they are decided.
pub(crate) const ALL: [fn(&mut World); 25] = [
    means::happen,
    assets::happen,
    deaths::happen,
    allowance::happen,
    births::happen,
    moves::happen,
    illness::happen,
    accidents::happen,
    mishaps::happen,
    fraud::happen,
    care::happen,
    school::happen,
    work::happen,
    jobs::happen,
    disasters::happen,
    dwellings::happen,
    income::happen,
    water::happen,
    tickets::happen,
    hidden::happen,
    hardship::happen,
    benefits::happen,
    watch::happen,
    consents::happen,
    roll::happen,
];
