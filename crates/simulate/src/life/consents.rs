//! Signed consents to the means test: families whose lead was verified and those on the register of minimum allowances sign; some take it
//! back. Whoever holds lists of assets is told of an end a month late.

use std::collections::BTreeSet;

use types::Day;

use crate::life::assets::one_bank_silent;
use crate::truth::TruthEvent;
use crate::world::World;

/// A signed paper.
#[derive(Clone, Debug)]
pub(crate) struct Consent {
    /// Its number.
    pub number: String,
    /// Position of the household.
    pub household: usize,
    /// Signed on.
    pub signed: Day,
    /// Valid to.
    pub until: Day,
    /// Taken back on.
    pub withdrawn: Option<Day>,
}

impl Consent {
    /// The first day on which it does not hold any more.
    pub(crate) fn ends(&self) -> Day {
        self.withdrawn.unwrap_or(self.until.plus_days(1))
    }
}

/// Of so many signed papers one is taken back.
const TAKES_BACK: usize = 40;
/// So many days after its end the holders of lists know of it.
const TOLD_AFTER: i32 = 31;

/// Lets families sign.
pub(crate) fn happen(world: &mut World) {
    let (first, end) = (world.calendar.first.first_day(), world.calendar.end());
    let verified = world.leads.iter().map(|lead| (lead.household, lead.verified));
    let entitled = world.entitled.iter().map(|one| (one.household, one.since.max(first)));
    let signed: Vec<(usize, Day)> = verified.chain(entitled).filter(|(_, day)| *day <= end).collect();
    for (nth, (household, signed)) in signed.into_iter().enumerate() {
        let number = format!("SQ{:04}{:05}", world.village + 1, nth + 1);
        let withdrawn = (nth % TAKES_BACK == 7).then(|| signed.plus_days(45)).filter(|day| *day <= end);
        let consent = Consent { number, household, signed, until: signed.plus_days(365), withdrawn };
        let mut event = TruthEvent::new(signed, "consent", &world.people.households[household].number);
        event.other.clone_from(&consent.number);
        event.detail = format!("ends={}", consent.ends());
        world.truth.push(event);
        world.consents.push(consent);
        if one_bank_silent(household) {
            let mut event = TruthEvent::new(signed, "clerk_slip", &world.people.households[household].number);
            event.detail = "feed=bank_deposits what=one_bank_silent".to_owned();
            world.truth.push(event);
        }
    }
}

/// The households about whom the holders of lists of assets answer on `day`: those whose consent holds, and those whose end they have not
/// heard of.
pub(crate) fn asked(world: &World, day: Day) -> BTreeSet<usize> {
    let those = world.consents.iter().filter(|one| one.signed <= day && day < one.ends().plus_days(TOLD_AFTER));
    those.map(|one| one.household).collect()
}
