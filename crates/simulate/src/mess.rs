//! Mess in cells: what spreadsheets and tired clerks do to rows. Every spoiled cell is recorded with what it was.

use std::collections::BTreeSet;

use crate::dice::Dice;
use crate::files::Slot;
use crate::troubles::Planned;
use crate::world::World;
use crate::write::{Column, Holds, Rows};

/// The header of `truth/defects.csv`.
pub(crate) const COLUMNS: [&str; 10] =
    ["file", "row", "column", "what", "was", "feed", "scope", "key", "household", "place"];
/// The header under which files say which household a row is about.
const HOUSEHOLD: &str = "户号";
/// Share of rows spoiled when `mess` is 1, per hundred thousand.
const ROWS_SPOILED: f64 = 400.0;
/// Share of rows that stand twice when `mess` is 1, per hundred thousand.
const ROWS_TWICE: f64 = 60.0;

/// One injected defect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Defect {
    /// The file's name.
    pub file: String,
    /// Line of the file, the header being 1; `None` when the whole file is the defect.
    pub row: Option<usize>,
    /// Header of the column; empty when the whole row or file is the defect.
    pub column: String,
    /// What was done.
    pub what: &'static str,
    /// What stood there; for a whole file, what it is about.
    pub was: String,
    /// The feed.
    pub feed: &'static str,
    /// The month or day the file is about.
    pub scope: String,
    /// Whom the row is about, as it was before: the first citizen number or code of the row; empty for a whole file.
    pub key: String,
    /// The household of it, where it has one.
    pub household: String,
    /// Its village; where the row is about no household and names a grid, that.
    pub place: String,
}

impl Defect {
    /// A whole file.
    pub(crate) fn of_file(file: &str, feed: &'static str, slot: &Slot, what: &'static str, was: &str) -> Self {
        Self {
            file: file.to_owned(),
            row: None,
            column: String::new(),
            what,
            was: was.to_owned(),
            feed,
            scope: slot.label.clone(),
            key: String::new(),
            household: String::new(),
            place: String::new(),
        }
    }

    /// One cell or row of a file; `cells` is the row as it was.
    fn of_row(
        one: &Planned,
        row: usize,
        column: Option<&Column>,
        what: &'static str,
        cells: &[String],
        at: usize,
    ) -> Self {
        let mut defect = Self::of_file(&one.name, one.file.feed, &one.slot, what, "");
        defect.row = Some(row);
        if let Some(column) = column {
            defect.column = column.header.to_owned();
            defect.was.clone_from(&cells[at]);
        }
        let columns = one.file.columns;
        if let Some(at) = columns.iter().position(|column| column.header == HOUSEHOLD) {
            defect.household.clone_from(&cells[at]);
        }
        let holds = |wanted: Holds| columns.iter().position(|column| column.holds == wanted);
        if let Some(at) = holds(Holds::CitizenNumber).or_else(|| holds(Holds::Code)) {
            defect.key.clone_from(&cells[at]);
        }
        let codes = columns.iter().zip(cells).filter(|(column, _)| column.holds == Holds::Code);
        if let Some((_, place)) = codes.filter(|(_, cell)| codes::place::level(cell).is_some()).next_back() {
            defect.place.clone_from(place);
        }
        defect
    }

    /// The same, with the household of whom it is about and its place.
    pub(crate) fn about(mut self, world: &World) -> Self {
        let end = world.calendar.end();
        let number = if self.household.is_empty() { &self.key } else { &self.household };
        let household = match world.people.of_number(&self.key) {
            Some(person) => world.people.persons[person].last_household(),
            None => world.people.households.iter().position(|household| household.number == *number),
        };
        if let Some(household) = household {
            let household = &world.people.households[household];
            self.household.clone_from(&household.number);
            self.place.clone_from(&world.county.village_of(household.grid_on(end)).code);
        } else if self.row.is_some() && !self.place.starts_with(&world.here().code) {
            self.place.clone_from(&world.here().code);
        }
        self
    }

    /// The cells of its line.
    pub(crate) fn cells(&self) -> Vec<String> {
        let row = self.row.map(|row| row.to_string()).unwrap_or_default();
        let words = [&self.file, &row, &self.column, self.what, &self.was, self.feed, &self.scope, &self.key];
        let mut cells: Vec<String> = words.map(str::to_owned).into();
        cells.extend([self.household.clone(), self.place.clone()]);
        cells
    }
}

/// What can befall a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mishap {
    Scientific,
    RoundedId,
    BadCheckDigit,
    DigitsSwapped,
    NameMistyped,
    OtherDateForm,
    ThousandsSeparator,
    TooLarge,
    WrongWord,
    Emptied,
}

impl Mishap {
    /// The word in `defects.csv`.
    fn word(self) -> &'static str {
        match self {
            Self::Scientific => "identifier_in_scientific_notation",
            Self::RoundedId => "identifier_rounded",
            Self::BadCheckDigit => "bad_check_digit",
            Self::DigitsSwapped => "digits_swapped",
            Self::NameMistyped => "name_mistyped",
            Self::OtherDateForm => "date_in_another_form",
            Self::ThousandsSeparator => "thousands_separator",
            Self::TooLarge => "impossible_number",
            Self::WrongWord => "wrong_word",
            Self::Emptied => "required_cell_empty",
        }
    }

    /// The mishaps of a column, the frequent ones more than once.
    fn of(column: &Column) -> &'static [Self] {
        match (column.holds, column.required) {
            (Holds::CitizenNumber, _) => &[
                Self::Scientific,
                Self::Scientific,
                Self::RoundedId,
                Self::BadCheckDigit,
                Self::DigitsSwapped,
                Self::Emptied,
            ],
            (Holds::Name, _) => &[Self::NameMistyped],
            (Holds::Money, true) => &[Self::ThousandsSeparator, Self::ThousandsSeparator, Self::Emptied],
            (Holds::Money, false) => &[Self::ThousandsSeparator],
            (Holds::Number, _) => &[Self::TooLarge],
            (Holds::Word, _) => &[Self::WrongWord],
            (Holds::Date, true) => &[Self::OtherDateForm, Self::OtherDateForm, Self::Emptied],
            (Holds::Date, false) => &[Self::OtherDateForm],
            (Holds::Code | Holds::Period, true) => &[Self::Emptied],
            _ => &[],
        }
    }

    /// The cell after it; `None` where it cannot befall this cell.
    fn strike(self, cell: &str) -> Option<String> {
        match self {
            Self::Scientific => {
                let digits = cell.get(..6)?;
                Some(format!("{}.{}E+17", digits.get(..1)?, digits.get(1..)?))
            }
            // A spreadsheet keeps 15 digits; a number that is really so, or ends in X, survives.
            Self::RoundedId => Some(format!("{}000", cell.get(..15)?))
                .filter(|after| !cell.ends_with('X') && codes::looks_destroyed(after)),
            Self::BadCheckDigit => {
                let (body, last) = cell.split_at_checked(cell.len().checked_sub(1)?)?;
                Some(format!("{body}{}", if last == "7" { '3' } else { '7' }))
            }
            Self::DigitsSwapped => {
                let (head, tail) = cell.split_at_checked(cell.len().checked_sub(3)?)?;
                let mut digits = tail.chars();
                let (first, second, last) = (digits.next()?, digits.next()?, digits.next()?);
                Some(format!("{head}{second}{first}{last}"))
            }
            Self::NameMistyped => cell.chars().next().map(|first| format!("{first}某")),
            Self::OtherDateForm => {
                let (year, month, day) = types::Day::parse(cell)?.civil();
                Some(format!("{year}/{month}/{day}"))
            }
            Self::ThousandsSeparator => thousands(cell),
            Self::TooLarge => Some("999".to_owned()),
            Self::WrongWord => Some("不详".to_owned()),
            Self::Emptied => Some(String::new()),
        }
        .filter(|after| after != cell)
    }
}

/// Spoils a few rows, one cell each, lets a few stand twice, and says which. `before` rows of the file are written already; `mess` is
/// from 0 to 1.
pub(crate) fn spoil(one: &Planned, rows: &mut Rows, before: usize, mess: f64, dice: &mut Dice) -> Vec<Defect> {
    if mess <= 0.0 {
        return Vec::new();
    }
    let (spoiled, twice) = (per_100_000(mess, ROWS_SPOILED), per_100_000(mess, ROWS_TWICE));
    let columns = one.file.columns;
    let spoilable: Vec<(usize, &Column)> =
        columns.iter().enumerate().filter(|(_, column)| !Mishap::of(column).is_empty()).collect();
    let mut defects = Vec::new();
    let mut again = BTreeSet::new();
    for (position, row) in rows.iter_mut().enumerate() {
        // Rows that stand twice push those below them down.
        let line = before + position + again.len() + 2;
        if dice.chance(twice) {
            defects.push(Defect::of_row(one, line + 1, None, "row_twice", row, 0));
            again.insert(position);
            continue;
        }
        if spoilable.is_empty() || !dice.chance(spoiled) {
            continue;
        }
        let (at, column) = spoilable[dice.below(spoilable.len())];
        let mishaps = Mishap::of(column);
        let mishap = mishaps[dice.below(mishaps.len())];
        let Some(after) = mishap.strike(&row[at]) else { continue };
        defects.push(Defect::of_row(one, line, Some(column), mishap.word(), row, at));
        row[at] = after;
    }
    if !again.is_empty() {
        let all = std::mem::take(rows);
        for (position, row) in all.into_iter().enumerate() {
            if again.contains(&position) {
                rows.push(row.clone());
            }
            rows.push(row);
        }
    }
    defects
}

/// Writes ten times the amount into some rows of a list that will be corrected later.
pub(crate) fn inflate(one: &Planned, rows: &mut Rows, before: usize, mess: f64, dice: &mut Dice) -> Vec<Defect> {
    let columns = one.file.columns;
    let Some(at) = columns.iter().position(|column| column.holds == Holds::Money) else { return Vec::new() };
    let mut defects = Vec::new();
    for (position, row) in rows.iter_mut().enumerate() {
        // The first row always, so that there is something to correct.
        if before + position > 0 && !dice.chance(per_100_000(mess, ROWS_SPOILED) * 20) {
            continue;
        }
        let Some(yuan) = row[at].split_once('.').and_then(|(yuan, _)| yuan.parse::<i64>().ok()) else { continue };
        defects.push(Defect::of_row(one, before + position + 2, columns.get(at), "amount_ten_times", row, at));
        row[at] = format!("{}.00", yuan * 10);
    }
    defects
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "mess is checked to be from 0 to 1")]
fn per_100_000(mess: f64, most: f64) -> u32 {
    (mess * most).ceil() as u32
}

fn thousands(cell: &str) -> Option<String> {
    let (yuan, fen) = cell.split_once('.')?;
    let mut grouped = String::new();
    for (position, digit) in yuan.chars().enumerate() {
        if position > 0 && (yuan.len() - position) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    Some(format!("{grouped}.{fen}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mishaps_look_as_in_real_files() {
        let number = "990101195003070211";
        assert_eq!(Mishap::Scientific.strike(number).as_deref(), Some("9.90101E+17"));
        assert_eq!(Mishap::RoundedId.strike(number).as_deref(), Some("990101195003070000"));
        assert_eq!(Mishap::BadCheckDigit.strike(number).as_deref(), Some("990101195003070217"));
        assert_eq!(Mishap::ThousandsSeparator.strike("1234567.80").as_deref(), Some("1,234,567.80"));
        assert_eq!(Mishap::ThousandsSeparator.strike("123.80"), None);
        assert_eq!(Mishap::Emptied.strike(""), None);
    }
}
