//! Mess in cells: what spreadsheets and tired clerks do to rows. Every spoiled cell is recorded with what it was.

use crate::dice::Dice;
use crate::write::WriteError;
use crate::write::{Column, Holds, Rows, csv_text};

/// The header of `truth/defects.csv`.
const COLUMNS: [&str; 5] = ["file", "row", "column", "what", "was"];
/// Share of rows spoiled when `mess` is 1, per hundred thousand.
const ROWS_SPOILED: f64 = 400.0;

/// One injected defect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Defect {
    /// The file's name.
    pub file: String,
    /// Line of the file, the header being 1; `None` when the whole file is the defect.
    pub row: Option<usize>,
    /// Header of the column; empty when the whole file is the defect.
    pub column: String,
    /// What was done.
    pub what: &'static str,
    /// What stood there; for a whole file, what it is about.
    pub was: String,
}

/// What can befall a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mishap {
    Scientific,
    RoundedId,
    BadCheckDigit,
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
            Self::ThousandsSeparator => "thousands_separator",
            Self::TooLarge => "impossible_number",
            Self::WrongWord => "wrong_word",
            Self::Emptied => "required_cell_empty",
        }
    }

    /// The mishaps of a column, the frequent ones more than once.
    fn of(column: &Column) -> &'static [Self] {
        match (column.holds, column.required) {
            (Holds::CitizenNumber, _) => {
                &[Self::Scientific, Self::Scientific, Self::RoundedId, Self::BadCheckDigit, Self::Emptied]
            }
            (Holds::Money, _) => &[Self::ThousandsSeparator, Self::ThousandsSeparator, Self::Emptied],
            (Holds::Number, _) => &[Self::TooLarge],
            (Holds::Word, _) => &[Self::WrongWord],
            (Holds::Code | Holds::Date | Holds::Period, true) => &[Self::Emptied],
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
            Self::RoundedId => Some(format!("{}000", cell.get(..15)?)).filter(|_| !cell.ends_with('X')),
            Self::BadCheckDigit => {
                let (body, last) = cell.split_at_checked(cell.len().checked_sub(1)?)?;
                Some(format!("{body}{}", if last == "7" { '3' } else { '7' }))
            }
            Self::ThousandsSeparator => thousands(cell),
            Self::TooLarge => Some("999".to_owned()),
            Self::WrongWord => Some("不详".to_owned()),
            Self::Emptied => Some(String::new()),
        }
        .filter(|after| after != cell)
    }
}

/// Spoils a few rows, one cell each, and says which. `mess` is from 0 to 1.
pub(crate) fn spoil(file: &str, columns: &[Column], rows: &mut Rows, mess: f64, dice: &mut Dice) -> Vec<Defect> {
    let per_100_000 = per_100_000(mess);
    let mut defects = Vec::new();
    let spoilable: Vec<(usize, &Column)> =
        columns.iter().enumerate().filter(|(_, column)| !Mishap::of(column).is_empty()).collect();
    for (position, row) in rows.iter_mut().enumerate() {
        if per_100_000 == 0 || spoilable.is_empty() || !dice.chance(per_100_000) {
            continue;
        }
        let (at, column) = spoilable[dice.below(spoilable.len())];
        let mishaps = Mishap::of(column);
        let mishap = mishaps[dice.below(mishaps.len())];
        let Some(after) = mishap.strike(&row[at]) else { continue };
        let was = std::mem::replace(&mut row[at], after);
        let column = column.header.to_owned();
        defects.push(Defect { file: file.to_owned(), row: Some(position + 2), column, what: mishap.word(), was });
    }
    defects
}

/// Writes ten times the amount into some rows of a list that will be corrected later.
pub(crate) fn inflate(file: &str, columns: &[Column], rows: &mut Rows, mess: f64, dice: &mut Dice) -> Vec<Defect> {
    let Some(at) = columns.iter().position(|column| column.holds == Holds::Money) else { return Vec::new() };
    let mut defects = Vec::new();
    for (position, row) in rows.iter_mut().enumerate() {
        // The first row always, so that there is something to correct.
        if position > 0 && !dice.chance(per_100_000(mess) * 20) {
            continue;
        }
        let Some(yuan) = row[at].split_once('.').and_then(|(yuan, _)| yuan.parse::<i64>().ok()) else { continue };
        let was = std::mem::replace(&mut row[at], format!("{}.00", yuan * 10));
        let column = columns[at].header.to_owned();
        defects.push(Defect { file: file.to_owned(), row: Some(position + 2), column, what: "amount_ten_times", was });
    }
    defects
}

/// `truth/defects.csv`.
pub(crate) fn table(defects: &[Defect]) -> Result<Vec<u8>, WriteError> {
    let rows = defects.iter().map(|defect| {
        let row = defect.row.map(|row| row.to_string()).unwrap_or_default();
        vec![defect.file.clone(), row, defect.column.clone(), defect.what.to_owned(), defect.was.clone()]
    });
    csv_text(&COLUMNS, &rows.collect())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "mess is checked to be from 0 to 1")]
fn per_100_000(mess: f64) -> u32 {
    (mess * ROWS_SPOILED).ceil() as u32
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
