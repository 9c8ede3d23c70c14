//! The simulated truth: the county, its people and everything that happened to them.

use std::collections::BTreeMap;

use crate::Settings;
use crate::calendar::Calendar;
use crate::county::County;
use crate::dice::Dice;
use crate::life;
use crate::life::accidents::Accident;
use crate::life::deaths::Death;
use crate::life::illness::Claim;
use crate::life::income::Income;
use crate::life::tickets::Ticket;
use crate::life::water::Outage;
use crate::life::work::WorkSpell;
use crate::people::People;
use crate::truth::TruthEvent;

/// Everything that is true. The departments' files are views of it.
pub(crate) struct World {
    /// The seed of all chance.
    pub seed: u64,
    /// The span of time.
    pub calendar: Calendar,
    /// The places.
    pub county: County,
    /// Households and persons.
    pub people: People,
    /// Deaths, in order of day.
    pub deaths: Vec<Death>,
    /// For how many months the old-age allowance was paid on after a person's death.
    pub paid_on: BTreeMap<usize, i32>,
    /// Medical settlements, in order of settlement day.
    pub claims: Vec<Claim>,
    /// Traffic accidents, in order of day.
    pub accidents: Vec<Accident>,
    /// Spells of work away from home.
    pub work: Vec<WorkSpell>,
    /// Incomes per household and year.
    pub incomes: Vec<Income>,
    /// Water cuts, in order of first day.
    pub outages: Vec<Outage>,
    /// Grid tickets, in order of the day they were taken in.
    pub tickets: Vec<Ticket>,
    /// What goes into `truth/events.csv`.
    pub truth: Vec<TruthEvent>,
}

impl World {
    /// Settles the county and lets the time pass.
    pub(crate) fn live(settings: &Settings) -> Self {
        let last = settings.last_month;
        let months = i32::try_from(settings.months).unwrap_or(i32::MAX);
        let calendar = Calendar { first: types::Month(last.0.saturating_sub(months - 1)), last };
        let county = County::new(settings.households);
        let mut dice = Dice::new(settings.seed, "people");
        let people = People::settle(&county, settings.households, calendar.start(), &mut dice);
        let mut world = Self {
            seed: settings.seed,
            calendar,
            county,
            people,
            deaths: Vec::new(),
            paid_on: BTreeMap::new(),
            claims: Vec::new(),
            accidents: Vec::new(),
            work: Vec::new(),
            incomes: Vec::new(),
            outages: Vec::new(),
            tickets: Vec::new(),
            truth: Vec::new(),
        };
        for happen in life::ALL {
            happen(&mut world);
        }
        world.truth.sort();
        world
    }

    /// The stream of chance of a topic.
    pub(crate) fn dice(&self, topic: &str) -> Dice {
        Dice::new(self.seed, topic)
    }
}
