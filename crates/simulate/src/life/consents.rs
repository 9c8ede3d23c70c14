//! Signed consents to the means test: families whose lead was verified and those on the register of minimum allowances sign, the latter every
//! year; some take it back. Whoever holds lists of assets is told of an end a month late.

use std::collections::BTreeSet;

use types::Day;

use crate::life::assets::one_bank_silent;
use crate::life::benefits::Entitled;
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

/// A paper holds for so many days.
const HOLDS: i32 = 365;

/// Lets families sign.
pub(crate) fn happen(world: &mut World) {
    let end = world.calendar.end();
    let verified = world.leads.iter().map(|lead| (lead.household, lead.verified));
    let mut signed: Vec<(usize, Day)> = verified.filter(|(_, day)| *day <= end).collect();
    for one in &world.entitled {
        signed.extend(reviewed(world, one).into_iter().map(|day| (one.household, day)));
    }
    for (nth, (household, signed)) in signed.into_iter().enumerate() {
        let number = format!("SQ{:04}{:05}", world.village + 1, nth + 1);
        let withdrawn = (nth % TAKES_BACK == 7).then(|| signed.plus_days(45)).filter(|day| *day <= end);
        let consent = Consent { number, household, signed, until: signed.plus_days(HOLDS), withdrawn };
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

/// Days on which a family with an allowance signs: the old ones in the first two months, as their turn comes, the new ones with their
/// admission; then once a year before the paper ends, but for one in thirteen who forgets.
fn reviewed(world: &World, one: &Entitled) -> Vec<Day> {
    let (first, end) = (world.calendar.first.first_day(), world.calendar.end());
    let turn = |of: usize| i32::try_from(one.household * 53 % of).unwrap_or(0);
    let mut day = if one.since < first { first.plus_days(turn(60)) } else { one.since };
    let mut days = Vec::new();
    while day <= end && one.in_month(day.month()) {
        days.push(day);
        let forgets = (one.household + days.len()) % 13 == 5;
        day = day.plus_days(if forgets { HOLDS + 120 } else { HOLDS - turn(40) });
    }
    days
}

/// The households about whom the holders of lists of assets answer on `day`: those whose consent holds, and those whose end they have not
/// heard of.
pub(crate) fn asked(world: &World, day: Day) -> BTreeSet<usize> {
    let those = world.consents.iter().filter(|one| one.signed <= day && day < one.ends().plus_days(TOLD_AFTER));
    those.map(|one| one.household).collect()
}
