//! The simulated truth of one village: its people and everything that happened to them.
//!
//! Villages are lived one after the other, so that memory holds one of them however large the county is. What concerns more than one
//! village (a disaster, prices, a firm that closes) is a function of the [`Frame`].

use std::collections::BTreeMap;
use std::sync::Arc;

use types::Day;

use crate::calendar::Calendar;
use crate::county::{County, Village};
use crate::dice::Dice;
use crate::frame::Frame;
use crate::life;
use crate::life::accidents::Accident;
use crate::life::assets::{Dwelling, Post, SetAside};
use crate::life::benefits::{Entitled, Payment};
use crate::life::care::Certificate;
use crate::life::consents::Consent;
use crate::life::deaths::Death;
use crate::life::disasters::{Disaster, FarmLoss};
use crate::life::dwellings::Grading;
use crate::life::hardship::Hardship;
use crate::life::illness::{Claim, Diagnosis};
use crate::life::income::Income;
use crate::life::jobs::Registration;
use crate::life::losses::Loss;
use crate::life::means::Means;
use crate::life::mishaps::Mishap;
use crate::life::roll::{Logged, Recorded, RemovalForm};
use crate::life::school::Pupil;
use crate::life::tickets::Ticket;
use crate::life::watch::{Lead, Watched};
use crate::life::water::Outage;
use crate::life::work::WorkSpell;
use crate::people::{Given, People};
use crate::truth::{Case, TruthEvent};

/// Everything that is true of a village and its households. The departments' files are views of it.
pub(crate) struct World {
    /// The seed of all chance.
    pub seed: u64,
    /// The span of time.
    pub calendar: Calendar,
    /// The places.
    pub county: Arc<County>,
    /// What all villages share.
    pub frame: Frame,
    /// Position of the village.
    pub village: usize,
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
    /// What each family has to cope with.
    pub means: Vec<Means>,
    /// Registered dwellings.
    pub dwellings: Vec<Dwelling>,
    /// Posts and shares in firms.
    pub posts: Vec<Post>,
    /// Money kept for a dwelling.
    pub set_aside: Vec<SetAside>,
    /// What each family held at the end of each month lived through, in fen; below zero where it owes.
    pub held: Vec<Vec<i64>>,
    /// What cost families money; empty once hardship is decided.
    pub losses: Vec<Loss>,
    /// New cases of serious illness.
    pub diagnoses: Vec<Diagnosis>,
    /// Accidents off the road that were reported.
    pub mishaps: Vec<Mishap>,
    /// Since when a person cannot work any more.
    pub crippled: BTreeMap<usize, Day>,
    /// Disability certificates.
    pub certificates: Vec<Certificate>,
    /// Pupils, by school year.
    pub pupils: Vec<Pupil>,
    /// Registered unemployed.
    pub unemployed: Vec<Registration>,
    /// Disasters that hit the village.
    pub disasters: Vec<Disaster>,
    /// Losses that families reported.
    pub farm_losses: Vec<FarmLoss>,
    /// Houses that a disaster made unfit: household and day.
    pub damaged: Vec<(usize, Day)>,
    /// Grades of houses.
    pub gradings: Vec<Grading>,
    /// Times of hardship.
    pub hardships: Vec<Hardship>,
    /// Families on the register of minimum allowances.
    pub entitled: Vec<Entitled>,
    /// Minimum allowances paid.
    pub paid: Vec<Payment>,
    /// Leads to families at risk.
    pub leads: Vec<Lead>,
    /// Families under watch.
    pub watched: Vec<Watched>,
    /// Consents to the means test.
    pub consents: Vec<Consent>,
    /// The monthly log of the poverty system.
    pub log: Vec<Logged>,
    /// Measures recorded for members.
    pub recorded: Vec<Recorded>,
    /// Forms after removals.
    pub forms: Vec<RemovalForm>,
    /// What goes into `truth/events.csv`.
    pub truth: Vec<TruthEvent>,
    /// What goes into `truth/cases.csv`.
    pub cases: Vec<Case>,
}

impl World {
    /// Settles the village and lets the time pass. `given` are the citizen numbers that other villages have taken.
    pub(crate) fn live(frame: &Frame, village: usize, given: &mut Given) -> Self {
        let mut world = Self {
            seed: frame.seed,
            calendar: frame.calendar,
            county: Arc::clone(&frame.county),
            frame: frame.clone(),
            village,
            people: People::default(),
            deaths: Vec::new(),
            paid_on: BTreeMap::new(),
            claims: Vec::new(),
            accidents: Vec::new(),
            work: Vec::new(),
            incomes: Vec::new(),
            outages: Vec::new(),
            tickets: Vec::new(),
            means: Vec::new(),
            dwellings: Vec::new(),
            posts: Vec::new(),
            set_aside: Vec::new(),
            held: Vec::new(),
            losses: Vec::new(),
            diagnoses: Vec::new(),
            mishaps: Vec::new(),
            crippled: BTreeMap::new(),
            certificates: Vec::new(),
            pupils: Vec::new(),
            unemployed: Vec::new(),
            disasters: Vec::new(),
            farm_losses: Vec::new(),
            damaged: Vec::new(),
            gradings: Vec::new(),
            hardships: Vec::new(),
            entitled: Vec::new(),
            paid: Vec::new(),
            leads: Vec::new(),
            watched: Vec::new(),
            consents: Vec::new(),
            log: Vec::new(),
            recorded: Vec::new(),
            forms: Vec::new(),
            truth: Vec::new(),
            cases: Vec::new(),
        };
        let mut dice = world.dice("people");
        world.people = People::settle(world.here(), world.calendar.start(), std::mem::take(given), &mut dice);
        for happen in life::ALL {
            happen(&mut world);
        }
        *given = std::mem::take(&mut world.people.given);
        world.truth.sort();
        world
    }

    /// The village.
    pub(crate) fn here(&self) -> &Village {
        &self.county.villages[self.village]
    }

    /// The stream of chance of a topic in this village.
    pub(crate) fn dice(&self, topic: &str) -> Dice {
        Dice::new(self.seed, &format!("{topic} {}", self.here().code))
    }
}
