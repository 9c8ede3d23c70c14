//! Minimum allowances: who is on the register, what is paid, and what is paid wrongly.

use types::{Day, Month};

use crate::truth::{Case, Shown, TruthEvent};
use crate::world::World;

/// A family on the register of the civil affairs bureau.
#[derive(Clone, Debug)]
pub(crate) struct Entitled {
    /// Position of the household.
    pub household: usize,
    /// Word of the bureau.
    pub class: &'static str,
    /// Since when.
    pub since: Day,
    /// The month after the last one.
    pub until: Option<Month>,
}

impl Entitled {
    /// On the list of `month`.
    pub(crate) fn in_month(&self, month: Month) -> bool {
        self.since < month.last_day() && self.until.is_none_or(|until| month < until)
    }
}

/// A payment to a person for a month.
#[derive(Clone, Debug)]
pub(crate) struct Payment {
    /// Position of the person.
    pub person: usize,
    /// For which month.
    pub month: Month,
    /// Word of the bureau.
    pub sort: &'static str,
    /// Fen.
    pub fen: i64,
}

/// Classes with what a person gets a month, in yuan.
pub(crate) const CLASSES: [(&str, i64); 5] =
    [("一类", 480), ("二类", 420), ("三类", 260), ("四类", 190), ("低保边缘", 0)];

/// Puts families on the register, pays, and goes on paying some of the dead.
pub(crate) fn happen(world: &mut World) {
    let mut dice = world.dice("benefits");
    let start = world.calendar.start();
    let last = world.calendar.last;
    for household in 0..world.people.households.len() {
        let was_poor = world.people.households[household].was_poor;
        let before = dice.chance(if was_poor { 17_000 } else { 1_100 });
        let since = start.plus_days(-dice.small(60, 2_000));
        let class = CLASSES[dice.below(CLASSES.len())].0;
        // Whoever sees the need brings it in after a while, for some; what no feed shows is seen less often.
        let hard = world.hardships.iter().find(|one| one.household == household);
        let asked = hard
            .map(|one| (one.from.plus_days(dice.small(40, 240)), dice.chance(if one.shown { 38_000 } else { 14_000 })));
        if before {
            let until = dice.chance(6_000).then(|| Month(last.0 - dice.small(1, 12)));
            world.entitled.push(Entitled { household, class, since, until });
        } else if let Some((since, true)) = asked
            && since <= world.calendar.end()
        {
            world.entitled.push(Entitled { household, class, since, until: None });
        }
    }
    let months: Vec<Month> = world.calendar.months().collect();
    for one in world.entitled.clone() {
        let members: Vec<usize> = (0..world.people.persons.len())
            .filter(|person| world.people.persons[*person].homes.iter().any(|spell| spell.1 == Some(one.household)))
            .collect();
        let yuan = CLASSES.iter().find(|class| class.0 == one.class).map_or(0, |class| class.1);
        if yuan == 0 {
            continue;
        }
        for person in members {
            // A list that nobody strikes the dead from, for some months.
            let goes_on = if dice.chance(16_000) { dice.small(1, 7) } else { 0 };
            for month in months.iter().copied().filter(|month| one.in_month(*month)) {
                let someone = &world.people.persons[person];
                let day = month.first_day();
                let is_member = someone.born <= day && someone.household_on(day) == Some(one.household);
                let dead = someone.died.filter(|died| died.month() < month);
                let goes_on = dead.is_some_and(|died| month.0 <= died.month().0 + goes_on);
                if !is_member || dead.is_some() && !goes_on {
                    continue;
                }
                world.paid.push(Payment { person, month, sort: "低保", fen: yuan * 100 });
                if goes_on {
                    wrong(world, person, month, "assistance_paid", "assistance_paid_after_death", yuan * 100);
                }
            }
        }
    }
    world.paid.sort_by_key(|payment| (payment.month, payment.person));
}

/// Notes a payment that should not have been made.
pub(crate) fn wrong(world: &mut World, person: usize, month: Month, feed: &'static str, kind: &'static str, fen: i64) {
    let someone = &world.people.persons[person];
    let day = month.first_day();
    let mut event = TruthEvent::new(day, kind, &someone.citizen_number);
    event.amount = Some(fen);
    world.truth.push(event);
    wrongly_paid(world, person, day, feed, kind);
}

/// Notes the case of a payment that should not have been made.
pub(crate) fn wrongly_paid(world: &mut World, person: usize, day: Day, feed: &'static str, kind: &'static str) {
    let someone = &world.people.persons[person];
    let household = someone.last_household().map(|household| &world.people.households[household]);
    let case = Case {
        kind,
        subject_kind: "person",
        subject: someone.citizen_number.clone(),
        household: household.map(|household| household.number.clone()).unwrap_or_default(),
        place: household
            .map(|household| world.county.village_of(household.grid_on(day)).code.clone())
            .unwrap_or_default(),
        from: day,
        to: None,
        cause: kind,
        shown_by: vec![Shown { feed, day, key: someone.citizen_number.clone() }],
    };
    // Month after month is one case.
    if let Some(known) = world.cases.iter_mut().find(|known| known.kind == kind && known.subject == case.subject) {
        known.shown_by.extend(case.shown_by);
    } else {
        world.cases.push(case);
    }
}
