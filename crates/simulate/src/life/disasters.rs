//! Disasters by place: which villages a flood, hail or a drought hits is decided for the county, what each family loses in the village.
//! Animals die of disease one family at a time, and prices fall for everybody.

use types::{Day, Month};

use crate::frame::Frame;
use crate::life::losses::{Cause, Loss};
use crate::life::means::Herd;
use crate::truth::{Shown, TruthEvent};
use crate::world::World;

/// One disaster in one village.
#[derive(Clone, Debug)]
pub(crate) struct Disaster {
    /// Number of the emergency bureau; one number for all villages that it hit.
    pub number: String,
    /// Its word for the kind.
    pub kind: &'static str,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Of a hundred families, how many it hit.
    share: u32,
    /// Families hit.
    pub households: usize,
}

/// What a family lost.
#[derive(Clone, Debug)]
pub(crate) struct FarmLoss {
    /// Number of the agriculture bureau.
    pub number: String,
    /// Position of the household.
    pub household: usize,
    /// Day.
    pub day: Day,
    /// Words of the bureau: what was lost, and of what.
    pub kind: &'static str,
    /// Of what.
    pub cause: &'static str,
    /// The disaster's number; empty for a disease.
    pub disaster: String,
    /// Fen.
    pub loss: i64,
    /// Fen paid by an insurance.
    pub compensated: i64,
}

/// Kinds with the months in which they come.
const KINDS: [(&str, i32, i32); 5] =
    [("洪涝", 6, 9), ("冰雹", 5, 8), ("干旱", 4, 7), ("低温冷冻", 3, 4), ("地质灾害", 7, 9)];

/// The disasters that hit a village.
fn disasters(frame: &Frame, village: usize) -> Vec<Disaster> {
    let mut dice = frame.dice("disasters");
    let townships = frame.county.townships.len();
    let mut hit = Vec::new();
    let mut number = 0;
    for year in frame.calendar.start().year().0..=frame.calendar.end().year().0 {
        // About one disaster a year for every third township, each of which hits a part of its villages.
        for _ in 0..1 + townships / 3 {
            let (kind, from, to) = KINDS[dice.below(KINDS.len())];
            let month = dice.small(from, to);
            let township = dice.below(townships);
            let (first, days) = (dice.small(0, 27), dice.small(0, if kind == "干旱" { 40 } else { 4 }));
            let (reach, share) = (dice.between(20, 90), u32::try_from(dice.between(8, 45)).unwrap_or(20));
            number += 1;
            let Some(from) = Month::new(year, month).map(|month| month.first_day().plus_days(first)) else { continue };
            let here = &frame.county.villages[village];
            let near = i64::try_from(village * 37 + number * 11).unwrap_or(0) % 100 < reach;
            if here.township == township && near && here.rural && from.plus_days(days) <= frame.calendar.end() {
                hit.push(Disaster {
                    number: format!("ZH{year}{number:03}"),
                    kind,
                    from,
                    to: from.plus_days(days),
                    share,
                    households: 0,
                });
            }
        }
    }
    hit.sort_by_key(|disaster| disaster.from);
    hit
}

/// Fen per kilogram of live animals in a month: the price of cattle falls by a third in the last year, the others move a little.
pub(crate) fn price(frame: &Frame, kind: &str, month: Month) -> i64 {
    let mut dice = frame.dice(&format!("price {kind} {month}"));
    let usual = match kind {
        "活牛" => 2_900,
        "活羊" => 2_700,
        "生猪" => 1_650,
        "苹果" => 620,
        "玉米" => 235,
        _ => 1_400,
    };
    let fallen = (month.0 - frame.calendar.before_last(13).0).clamp(0, 8);
    let slump = if kind == "活牛" { i64::from(fallen) * 4 } else { 0 };
    usual * (100 - slump + dice.between(-3, 3)) / 100
}

/// Lets them happen.
pub(crate) fn happen(world: &mut World) {
    let frame = world.frame.clone();
    let mut dice = world.dice("farm");
    let mut losses = 0;
    let mut note = |world: &mut World,
                    household: usize,
                    day: Day,
                    kind,
                    why: (&'static str, Cause),
                    disaster: &str,
                    loss: i64,
                    paid: i64,
                    told: bool| {
        let number = &world.people.households[household].number;
        let shown = told.then(|| Shown { feed: "farm_losses", day, key: number.clone() });
        let mut event = TruthEvent::new(day, "farm_loss", number);
        event.amount = Some(loss);
        event.other = disaster.to_owned();
        event.detail = format!("kind={kind} told={told}");
        world.truth.push(event);
        world.losses.push(Loss { household, day, cause: why.1, fen: loss - paid, shown });
        if told {
            losses += 1;
            let number = format!("SS{:04}{losses:05}", world.village + 1);
            let disaster = disaster.to_owned();
            world.farm_losses.push(FarmLoss {
                number,
                household,
                day,
                kind,
                cause: why.0,
                disaster,
                loss,
                compensated: paid,
            });
        }
    };
    for mut disaster in disasters(&frame, world.village) {
        for household in 0..world.people.households.len() {
            let means = &world.means[household];
            let house = dice.chance(6_000);
            if !dice.chance(disaster.share * 1_000) || means.land == 0 {
                continue;
            }
            disaster.households += 1;
            let yuan = if house { dice.between(8_000, 70_000) } else { means.land * dice.between(30, 130) };
            let paid = if dice.chance(40_000) { yuan * dice.between(20, 60) / 100 } else { 0 };
            let kind = if house { "房屋" } else { "种植业" };
            let why = ("自然灾害", Cause::Disaster);
            note(world, household, disaster.from, kind, why, &disaster.number, yuan * 100, paid * 100, true);
            if house {
                world.damaged.push((household, disaster.to));
            }
        }
        let mut event = TruthEvent::new(disaster.from, "disaster", &world.here().code);
        event.other.clone_from(&disaster.number);
        event.detail = format!("households={}", disaster.households);
        world.truth.push(event);
        world.disasters.push(disaster);
    }
    let first = world.calendar.first.first_day();
    let months: Vec<(Day, Day)> = world.calendar.lived().filter(|(from, _)| *from >= first).collect();
    for (from, to) in months {
        for household in 0..world.people.households.len() {
            let means = &world.means[household];
            let day = from.plus_days(dice.small(0, to.0 - from.0));
            let (herd, heads) = (means.herd, means.heads);
            let (each, kind) = match herd {
                Herd::None => continue,
                Herd::Cattle => (11_000, "活牛"),
                Herd::Sheep => (1_100, "活羊"),
                Herd::Pigs => (1_800, "生猪"),
            };
            if dice.chance(350) {
                let yuan = heads * each * dice.between(15, 80) / 100;
                let (paid, told) = (if dice.chance(45_000) { yuan * 50 / 100 } else { 0 }, dice.chance(75_000));
                note(world, household, day, "养殖业", ("动物疫病", Cause::HerdLost), "", yuan * 100, paid * 100, told);
            }
            // A twentieth of the herd is sold every month, for what the market gives, against what it cost to raise.
            let (now, usual) = (price(&frame, kind, from.month()), price(&frame, kind, frame.calendar.first));
            let lost = heads * each * 100 / 20 * (usual - now).max(0) / usual.max(1);
            if lost * 20 > heads * each * 100 / 20 {
                let shown = Some(Shown { feed: "livestock_prices", day: from, key: kind.to_owned() });
                world.losses.push(Loss { household, day, cause: Cause::Prices, fen: lost, shown });
            }
        }
    }
}
