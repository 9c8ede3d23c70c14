//! What families own beside their savings: dwellings, posts and shares in firms, and what some buy. Decided for everybody; files show it
//! only of families that signed a consent.

use types::Day;

use crate::county::COUNTY_CODE;
use crate::dice::Dice;
use crate::life::means::Herd;
use crate::people::Role;
use crate::truth::TruthEvent;
use crate::world::World;

/// A registered dwelling.
#[derive(Clone, Debug)]
pub(crate) struct Dwelling {
    /// Position of the household.
    pub household: usize,
    /// Number of the unit.
    pub unit: String,
    /// Hundredths of a square metre.
    pub area: i64,
    /// Since when.
    pub acquired: Day,
    /// Word of the land office for how.
    pub way: &'static str,
    /// In the names of both of the couple.
    pub both: bool,
}

/// A post or share in a firm.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    /// Position of the person.
    pub person: usize,
    /// Credit code of the firm.
    pub firm: String,
    /// Word of the market office.
    pub post: &'static str,
    /// Since when.
    pub since: Day,
    /// The firm does real business, as the register says.
    pub active: bool,
}

/// Money that a family keeps for a dwelling, until it buys.
#[derive(Clone, Debug)]
pub(crate) struct SetAside {
    /// Position of the household.
    pub household: usize,
    /// Fen.
    pub fen: i64,
    /// Until.
    pub until: Day,
}

/// Savings, in fen, from which a family thinks of a flat in the county seat.
const THINKS_OF_A_FLAT: i64 = 16_000_000;

/// Decides what every family owns.
pub(crate) fn happen(world: &mut World) {
    let mut dice = world.dice("assets");
    for household in 0..world.people.households.len() {
        home(world, household, &mut dice);
        second(world, household, &mut dice);
        posts(world, household, &mut dice);
    }
}

/// The house the family lives in: built, given at a resettlement, inherited. Many village houses stand in no register.
fn home(world: &mut World, household: usize, dice: &mut Dice) {
    let start = world.calendar.start();
    let (thrown, registered) = (dice.between(0, 99), dice.chance(78_000));
    let (years, area, both) = (dice.small(500, 9_000), dice.between(6_000, 21_000), dice.chance(12_000));
    let was_poor = world.people.households[household].was_poor;
    let way = match thrown {
        0..=17 if was_poor => "安置",
        0..=11 => "继承",
        12..=30 if !world.here().rural => "购买",
        _ => "自建",
    };
    if registered {
        own(world, household, area, start.plus_days(-years), way, both);
    }
}

/// A second one: inherited, or bought by those with savings.
fn second(world: &mut World, household: usize, dice: &mut Dice) {
    let (start, end) = (world.calendar.start(), world.calendar.end());
    let (inherits, buys) = (dice.chance(2_500), dice.chance(9_000));
    let (area, ago, both) = (dice.between(7_000, 14_000), dice.small(30, 3_000), dice.chance(30_000));
    let day = start.plus_days(dice.small(0, end.0 - start.0));
    if inherits {
        own(world, household, area, start.plus_days(-ago), "继承", false);
    }
    let savings = world.means[household].savings;
    if buys && savings > THINKS_OF_A_FLAT {
        // The first payment is put by; the rest is the bank's, and paid out of what the family earns.
        let fen = savings * 6 / 10;
        world.means[household].savings -= fen;
        world.set_aside.push(SetAside { household, fen, until: day });
        own(world, household, area, day, "购买", both);
        let mut event = TruthEvent::new(day, "dwelling_bought", &world.people.households[household].number);
        event.amount = Some(fen);
        world.truth.push(event);
    }
}

/// Shares in cooperatives and shops, a firm here and there; some of them only a name that somebody lent.
fn posts(world: &mut World, household: usize, dice: &mut Dice) {
    let start = world.calendar.start();
    let (thrown, since) = (dice.between(0, 999), start.plus_days(-dice.small(40, 3_500)));
    let (shell, closed) = (dice.chance(35_000), dice.chance(10_000));
    let farms = world.means[household].herd != Herd::None || world.means[household].land > 90;
    let (post, active) = match thrown {
        0..=119 if farms => ("合作社成员", true),
        120..=144 => ("经营者", true),
        145..=151 => ("法定代表人", !shell),
        152..=154 => ("控股股东", !shell),
        155..=156 => ("高级管理人员", true),
        157..=164 => ("一般股东", true),
        _ => return,
    };
    let couple = world.people.persons.iter().position(|person| {
        person.role == Role::Couple && person.last_household() == Some(household) && person.age_on(start) < 70
    });
    let Some(person) = couple else { return };
    let firm = credit_code(world.village, household);
    let mut event = TruthEvent::new(since.max(start), "firm_post", &world.people.persons[person].citizen_number);
    event.other.clone_from(&firm);
    event.detail = format!("post={post} active={active}");
    world.truth.push(event);
    // Last year's return still says that there is business.
    if active && closed {
        let mut event = TruthEvent::new(start, "clerk_slip", &world.people.persons[person].citizen_number);
        event.other.clone_from(&firm);
        event.detail = "feed=firm_posts what=closed_firm_called_active".to_owned();
        world.truth.push(event);
    }
    world.posts.push(Post { person, firm, post, since, active });
}

/// Of the family one bank does not answer.
pub(crate) fn one_bank_silent(household: usize) -> bool {
    household % 33 == 11
}

fn own(world: &mut World, household: usize, area: i64, acquired: Day, way: &'static str, both: bool) {
    let unit = format!("{}GB{:05}F{:04}", world.here().code, household + 1, world.dwellings.len() + 1);
    world.dwellings.push(Dwelling { household, unit, area, acquired, way, both });
}

/// An invented credit code: registry and kind, the county, an organisation of the village.
fn credit_code(village: usize, household: usize) -> String {
    let organisation = format!("{village:04}{household:04}");
    let own = codes::organisation_code::check_character(&organisation).unwrap_or('X');
    let body = format!("92{COUNTY_CODE}{organisation}{own}");
    let check = codes::credit_code::check_character(&body).unwrap_or('0');
    format!("{body}{check}")
}
