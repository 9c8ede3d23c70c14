//! What costs a family money: one entry for each blow, with the rows in which some feed could show it.

use types::Day;

use crate::truth::Shown;
use crate::world::World;

/// Why money was lost, as `truth/cases.csv` writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cause {
    /// Bills of those insured.
    Illness,
    /// Bills of those without insurance, or for what no insurance pays.
    UninsuredIllness,
    /// An accident.
    Accident,
    /// Somebody who earned died.
    EarnerDied,
    /// Somebody who earned cannot work any more.
    Disability,
    /// Work away ended.
    WorkLost,
    /// Wages were not paid.
    UnpaidWages,
    /// Fees.
    School,
    /// A flood, hail, a drought …
    Disaster,
    /// Animals died.
    HerdLost,
    /// Animals sold for less than they cost.
    Prices,
    /// The house.
    Dwelling,
    /// No water.
    Water,
    /// A debt or a guarantee on a slip of paper.
    InformalDebt,
    /// Gambling.
    Gambling,
    /// A couple that parted without a paper.
    FamilyBreakup,
    /// A trade in no register that failed.
    TradeFailed,
    /// A swindle on the telephone.
    Swindled,
    /// Nothing happened: the income never sufficed.
    LowIncome,
}

impl Cause {
    /// The word in `cases.csv`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Illness => "illness",
            Self::UninsuredIllness => "uninsured_illness",
            Self::Accident => "accident",
            Self::EarnerDied => "earner_died",
            Self::Disability => "disability",
            Self::WorkLost => "work_lost",
            Self::UnpaidWages => "unpaid_wages",
            Self::School => "school",
            Self::Disaster => "disaster",
            Self::HerdLost => "herd_lost",
            Self::Prices => "prices",
            Self::Dwelling => "dwelling",
            Self::Water => "water",
            Self::InformalDebt => "informal_debt",
            Self::Gambling => "gambling",
            Self::FamilyBreakup => "family_breakup",
            Self::TradeFailed => "trade_failed",
            Self::Swindled => "swindled",
            Self::LowIncome => "low_income",
        }
    }
}

/// One blow.
#[derive(Clone, Debug)]
pub(crate) struct Loss {
    /// Position of the household.
    pub household: usize,
    /// When.
    pub day: Day,
    /// Why.
    pub cause: Cause,
    /// Fen.
    pub fen: i64,
    /// The row in which a feed could show it.
    pub shown: Option<Shown>,
}

/// Notes a loss of the household a person belonged to on the day.
pub(crate) fn lose(world: &mut World, person: usize, day: Day, cause: Cause, fen: i64, feed: Option<&'static str>) {
    let someone = &world.people.persons[person];
    let Some(household) = someone.household_on(day) else { return };
    let shown = feed.map(|feed| Shown { feed, day, key: someone.citizen_number.clone() });
    world.losses.push(Loss { household, day, cause, fen, shown });
}
