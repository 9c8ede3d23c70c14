//! What a simulation is asked for, what it answers, and why it may refuse.

use std::fmt;
use std::path::PathBuf;

use types::{Day, Month, Text};

/// The most households a county can have.
pub const MOST_HOUSEHOLDS: u32 = 1_000_000;
/// The most months that can be simulated.
pub const MOST_MONTHS: u32 = 120;

/// What to simulate. The same settings give the same bytes on any machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// How many households, 20 to [`MOST_HOUSEHOLDS`]; about 3.3 persons each.
    pub households: u32,
    /// For how many months departments send files, 2 to [`MOST_MONTHS`].
    pub months: u32,
    /// Seed of all chance.
    pub seed: u64,
    /// From 0 (clean files, none late or missing) to 1 (0.4 % of the rows spoiled). From 0.1 months of five feeds are late and one
    /// month of allowances is corrected; from 0.2 one feed falls silent and months of two never come. It never changes the truth.
    pub mess: f64,
    /// The last month for which monthly files are sent.
    pub last_month: Month,
}

impl Default for Settings {
    /// A county: 80,000 households, 24 months to May 2026, a little mess.
    fn default() -> Self {
        Self::of(80_000)
    }
}

impl Settings {
    /// So many households with what is usual beside: 24 months, and 14 for a part of a county that is made to be looked at.
    #[must_use]
    pub fn of(households: u32) -> Self {
        let months = if households < 20_000 { 14 } else { 24 };
        Self { households, months, seed: 1, mess: 0.3, last_month: Month(56 * 12 + 4) }
    }

    /// # Errors
    /// [`SimulateError::Setting`] for the first setting out of its range.
    pub(crate) fn check(&self) -> Result<(), SimulateError> {
        let years = 1951..=2200;
        let refuse = |name, range: String| Err(SimulateError::Setting { name, range });
        if !(20..=MOST_HOUSEHOLDS).contains(&self.households) {
            return refuse("households", format!("20..={MOST_HOUSEHOLDS}"));
        }
        if !(2..=MOST_MONTHS).contains(&self.months) {
            return refuse("months", format!("2..={MOST_MONTHS}"));
        }
        if !(0.0..=1.0).contains(&self.mess) {
            return refuse("mess", "0..=1".to_owned());
        }
        // The month number is checked before it becomes a day: a wild one would overflow.
        if !years.contains(&(1970 + self.last_month.0.div_euclid(12))) {
            return refuse("last_month", "1951-01..=2200-12".to_owned());
        }
        Ok(())
    }
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Households.
    pub households: usize,
    /// Persons, the dead and those who left included.
    pub persons: usize,
    /// Files in `deliveries/`, the manifest not counted.
    pub deliveries: usize,
    /// Rows in them, headers not counted.
    pub rows: usize,
    /// Lines of `truth/events.csv`.
    pub events: usize,
    /// Lines of `truth/cases.csv`.
    pub cases: usize,
    /// Of them, times of hardship.
    pub hardships: usize,
    /// Of the hardships, those whose cause no feed shows.
    pub hidden: usize,
    /// Lines of `truth/defects.csv`.
    pub defects: usize,
    /// The simulated county's last day, on which the last file arrives: the day to ask as of.
    pub last_day: Day,
}

/// Why nothing, or not everything, was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SimulateError {
    /// A setting is out of its range.
    Setting {
        /// The setting's name.
        name: &'static str,
        /// What it may be.
        range: String,
    },
    /// The folder exists and holds something.
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// A file or folder could not be written.
    Write {
        /// Which.
        path: PathBuf,
        /// What the system says.
        message: String,
    },
}

impl SimulateError {
    /// The message in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Setting { name, range } => {
                Text::new(format!("`{name}` 应在 {range} 之内"), format!("`{name}` must be within {range}"))
            }
            Self::NotEmpty { path } => {
                let path = path.display();
                Text::new(
                    format!("文件夹 `{path}` 不是空的，请换一个"),
                    format!("folder `{path}` is not empty, choose another"),
                )
            }
            Self::Write { path, message } => {
                let path = path.display();
                Text::new(format!("无法写入 `{path}`：{message}"), format!("cannot write `{path}`: {message}"))
            }
        }
    }
}

impl fmt::Display for SimulateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for SimulateError {}
