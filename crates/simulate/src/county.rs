//! The invented county: places with their codes and names. Every code begins with 99, which no real code does.

use std::ops::Range;

/// The county's code; the first six digits of every citizen number too.
pub(crate) const COUNTY_CODE: &str = "990101";

/// A level of the place tree, by the length of its code.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Its code: 2, 4, 6, 9, 12 or 15 digits.
    pub code: String,
    /// Its invented name.
    pub name: String,
    /// The level's name as the place list writes it.
    pub level: &'static str,
}

/// A township and where its villages stand in [`County::villages`].
#[derive(Clone, Debug)]
pub(crate) struct Township {
    /// Nine digits.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// A village.
#[derive(Clone, Debug)]
pub(crate) struct Village {
    /// Twelve digits.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Position of its township.
    pub township: usize,
    /// False for the residents' committee of the county seat.
    pub rural: bool,
    /// How many households it is meant to have, relative to the others.
    pub weight: i64,
    /// Positions of its grids.
    pub grids: Range<usize>,
    /// Its households, counted through the county from 0.
    pub households: Range<u32>,
}

/// A grid: part of a village that one grid worker looks after.
#[derive(Clone, Debug)]
pub(crate) struct Grid {
    /// Fifteen digits.
    pub code: String,
    /// Position of its village.
    pub village: usize,
}

/// The whole tree.
#[derive(Clone, Debug)]
pub(crate) struct County {
    /// Townships by code.
    pub townships: Vec<Township>,
    /// Villages by code.
    pub villages: Vec<Village>,
    /// Grids by code.
    pub grids: Vec<Grid>,
}

/// Households, townships and villages of the county this one is modelled on; larger ones keep its proportions.
const MODEL: (u32, u32, u32) = (80_000, 15, 215);

impl County {
    /// A county for `households`: 4 townships and 20 villages for 2,000, 15 and 215 for 80,000, and in proportion beyond.
    pub(crate) fn new(households: u32) -> Self {
        let mut county = Self { townships: Vec::new(), villages: Vec::new(), grids: Vec::new() };
        let (townships, villages) = if households < MODEL.0 {
            let townships = (households / 125).isqrt().clamp(1, MODEL.1);
            let per_village = (25 * townships).clamp(100, 250);
            (townships, townships * households.div_ceil(townships * per_village).clamp(2, 190))
        } else {
            let in_proportion = |of: u32| u64::from(of) * u64::from(households) / u64::from(MODEL.0);
            let small = |many: u64| u32::try_from(many).unwrap_or(u32::MAX);
            (small(in_proportion(MODEL.1)).min(250), small(in_proportion(MODEL.2)))
        };
        for number in 0..townships {
            // The villages that do not divide evenly go to the first townships.
            let own = villages / townships + u32::from(number < villages % townships);
            county.add_township(number, townships, own);
        }
        county.house(households);
        county
    }

    /// Says which households each village has: a run of numbers, as long as the village's weight says.
    fn house(&mut self, households: u32) {
        let total: i64 = self.villages.iter().map(|village| village.weight).sum();
        let (mut weight, mut first) = (0, 0);
        for village in &mut self.villages {
            weight += village.weight;
            let next = u32::try_from(i64::from(households) * weight / total.max(1)).unwrap_or(households);
            village.households = first..next;
            first = next;
        }
    }

    fn add_township(&mut self, number: u32, of: u32, villages: u32) {
        let township = self.townships.len();
        // The first part are towns (100-199), the rest townships (200-399), GB/T 10114.
        let towns = (of * 3).div_ceil(5).min(99);
        let code = format!("{COUNTY_CODE}{}", if number < towns { 100 + number } else { 200 + number - towns });
        let suffix = if number < towns { "镇" } else { "乡" };
        for place in 0..villages {
            let seat = township == 0 && place == 0;
            let village_code = format!("{code}{:03}", if seat { 1 } else { 200 + place });
            let name = name_of(self.villages.len() + 7);
            let village = self.villages.len();
            let weight = 60 + i64::from((number * 31 + place * 17) % 80);
            let grid = self.grids.len();
            for grid in 0..1 + (weight > 95) as u32 {
                self.grids.push(Grid { code: format!("{village_code}{:03}", grid + 1), village });
            }
            self.villages.push(Village {
                code: village_code,
                name: if seat { format!("{name}社区") } else { format!("{name}村") },
                township,
                rural: !seat,
                weight,
                grids: grid..self.grids.len(),
                households: 0..0,
            });
        }
        self.townships.push(Township { code, name: format!("{}{suffix}", name_of(number as usize * 13)) });
    }

    /// Every place, ancestors before descendants.
    pub(crate) fn places(&self) -> Vec<Place> {
        let top = [("99", "虚构省", "省"), ("9901", "虚构市", "市"), (COUNTY_CODE, "见微县", "县")];
        let mut places: Vec<Place> =
            top.map(|(code, name, level)| Place { code: code.to_owned(), name: name.to_owned(), level }).into();
        places.extend(self.townships.iter().map(|place| Place {
            code: place.code.clone(),
            name: place.name.clone(),
            level: "乡镇",
        }));
        places.extend(self.villages.iter().map(|place| Place {
            code: place.code.clone(),
            name: place.name.clone(),
            level: "村",
        }));
        places.extend(self.grids.iter().map(|grid| {
            let number = grid.code.get(14..).unwrap_or_default();
            let name = format!("{}第{number}网格", self.villages[grid.village].name);
            Place { code: grid.code.clone(), name, level: "网格" }
        }));
        places
    }

    /// The village of a grid.
    pub(crate) fn village_of(&self, grid: usize) -> &Village {
        &self.villages[self.grids[grid].village]
    }

    /// The township of a grid.
    pub(crate) fn township_of(&self, grid: usize) -> usize {
        self.village_of(grid).township
    }
}

/// The code of the place above; empty for a province.
pub(crate) fn parent_code(code: &str) -> &str {
    codes::place::level(code)
        .and_then(|level| level.checked_sub(1))
        .and_then(|above| codes::place::at_level(code, above))
        .unwrap_or_default()
}

/// Invented names, different for the first 480 numbers.
fn name_of(number: usize) -> String {
    const FIRST: [&str; 24] = [
        "澄", "砚", "穗", "笙", "栀", "棠", "霁", "岚", "茗", "珏", "昀", "阑", "槿", "芷", "筠", "溯", "翊", "璟",
        "葭", "蕴", "旻", "琬", "浔", "檀",
    ];
    const SECOND: [&str; 20] = [
        "溪", "坪", "湾", "岭", "塘", "沟", "坝", "垭", "岗", "洼", "渡", "墩", "峪", "埠", "滩", "冲", "台", "畔",
        "坞", "口",
    ];
    let first = FIRST[number % FIRST.len()];
    let second = SECOND[(number / FIRST.len() + number) % SECOND.len()];
    format!("{first}{second}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_county_grows_with_its_households() {
        let small = County::new(2_000);
        assert_eq!((small.townships.len(), small.villages.len()), (4, 20));
        let large = County::new(80_000);
        assert_eq!((large.townships.len(), large.villages.len()), (15, 215));
        let huge = County::new(1_000_000);
        assert_eq!((huge.townships.len(), huge.villages.len()), (187, 2_687));
    }

    #[test]
    fn every_household_has_its_village_and_every_code_is_there_once() {
        for households in [20, 240, 2_000, 40_000, 80_000, 1_000_000] {
            let county = County::new(households);
            let mut next = 0;
            for village in &county.villages {
                assert_eq!(village.households.start, next);
                next = village.households.end;
            }
            assert_eq!(next, households);
            let places = county.places();
            let codes: std::collections::BTreeSet<&str> = places.iter().map(|place| place.code.as_str()).collect();
            assert_eq!(codes.len(), places.len(), "{households}");
            assert!(codes.iter().all(|code| codes::place::level(code).is_some()));
        }
    }

    #[test]
    fn every_place_has_its_parent_before_it() {
        let places = County::new(2_000).places();
        for (position, place) in places.iter().enumerate() {
            let parent = parent_code(&place.code);
            assert!(place.code.starts_with("99"));
            assert!(parent.is_empty() || places[..position].iter().any(|other| other.code == parent), "{}", place.code);
        }
    }
}
