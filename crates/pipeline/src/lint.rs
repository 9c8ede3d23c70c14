//! What must not stand in a file that is made for everyone.

use codes::personal_codes;
use intake::{Cell, each_cell};
use pack::Programme;
use types::{Day, Text};

use crate::Error;

/// Something that must not be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    /// `column`, `code`, `old_date`, `word`, `hidden_sheet`.
    pub kind: &'static str,
    /// Sheet, in a workbook.
    pub sheet: Option<String>,
    /// Row, from 1.
    pub row: u32,
    /// Column, from 1.
    pub column: usize,
    /// What it is, without saying it.
    pub what: Text,
}

/// A date that lies further back than this may tell somebody's age.
const BORN_BEFORE: i32 = 10 * 365;

/// Everything in the file that must not be published: columns that no pack lists as publishable, numbers of people and accounts, days
/// long past, words of the packs' lists, hidden sheets. The header is the first row of a sheet with two cells or more.
///
/// # Errors
/// When the file cannot be read.
pub fn lint_publication(bytes: &[u8], programme: &Programme, today: Day) -> Result<Vec<Leak>, Error> {
    let mut sheets: Vec<SheetLint> = Vec::new();
    let mut leaks = Vec::new();
    each_cell(bytes, &mut |cell| {
        if sheets.last().is_none_or(|last| last.name.as_deref() != cell.sheet) {
            if let Some(last) = sheets.last_mut() {
                last.close(programme, &mut leaks);
            }
            if cell.is_hidden {
                leaks.push(Leak::at(&cell, "hidden_sheet", Text::new("隐藏的工作表", "a hidden sheet")));
            }
            sheets.push(SheetLint { name: cell.sheet.map(str::to_owned), row: Vec::new(), at: 0, is_headed: false });
        }
        if let Some(sheet) = sheets.last_mut() {
            sheet.see(&cell, programme, &mut leaks);
        }
        leaks.extend(content(&cell, programme, today));
    })?;
    if let Some(last) = sheets.last_mut() {
        last.close(programme, &mut leaks);
    }
    leaks.sort_by(|a, b| (&a.sheet, a.row, a.column).cmp(&(&b.sheet, b.row, b.column)));
    Ok(leaks)
}

impl Leak {
    fn at(cell: &Cell<'_>, kind: &'static str, what: Text) -> Self {
        Self { kind, sheet: cell.sheet.map(str::to_owned), row: cell.row, column: cell.column + 1, what }
    }
}

/// One sheet, until its header is found.
struct SheetLint {
    name: Option<String>,
    /// The row that is being read, while no header is known.
    row: Vec<(usize, String)>,
    at: u32,
    is_headed: bool,
}

impl SheetLint {
    fn see(&mut self, cell: &Cell<'_>, programme: &Programme, leaks: &mut Vec<Leak>) {
        if self.is_headed {
            return;
        }
        if cell.row != self.at {
            self.close(programme, leaks);
            self.at = cell.row;
        }
        if !self.is_headed {
            self.row.push((cell.column, cell.text.split_whitespace().collect()));
        }
    }

    /// A row is whole: with two cells or more it is the header.
    fn close(&mut self, programme: &Programme, leaks: &mut Vec<Leak>) {
        let row = std::mem::take(&mut self.row);
        if self.is_headed || row.len() < 2 {
            return;
        }
        self.is_headed = true;
        for (column, title) in row.into_iter().filter(|(_, title)| !programme.publishable.fields.contains(title)) {
            let what = Text::new(
                format!("列“{title}”不在可公开的清单中"),
                format!("the column `{title}` is not among those that may be published"),
            );
            leaks.push(Leak { kind: "column", sheet: self.name.clone(), row: self.at, column: column + 1, what });
        }
    }
}

/// What must not stand in one cell.
fn content(cell: &Cell<'_>, programme: &Programme, today: Day) -> Vec<Leak> {
    let mut leaks = Vec::new();
    for code in personal_codes(cell.text) {
        leaks.push(Leak::at(cell, "code", code.title.clone()));
    }
    if leaks.is_empty() && days(cell.text).iter().any(|day| today.0 - day.0 > BORN_BEFORE) {
        leaks.push(Leak::at(
            cell,
            "old_date",
            Text::new("日期久远，可能是生日", "a date long past, which may tell somebody's age"),
        ));
    }
    let text = cell.text.to_lowercase();
    for topic in programme.publishable.topics.values() {
        let found = topic.any.iter().filter(|word| text.contains(word.to_lowercase().as_str())).count();
        if found >= topic.together {
            leaks.push(Leak::at(cell, "word", topic.title.clone()));
        }
    }
    leaks
}

/// The dates in a text: eight digits, or year, month and day with one character between them.
fn days(text: &str) -> Vec<Day> {
    let mut groups: Vec<(String, Option<char>)> = Vec::new();
    let mut group = String::new();
    for char in text.chars().map(Some).chain([None]) {
        match char {
            Some(digit) if digit.is_ascii_digit() => group.push(digit),
            other if !group.is_empty() => groups.push((std::mem::take(&mut group), other)),
            _ => {}
        }
    }
    let day = |year: &str, month: &str, day: &str| {
        (year.len() == 4 && month.len() <= 2 && day.len() <= 2)
            .then(|| Day::parse(&format!("{year}-{month:0>2}-{day:0>2}")))?
    };
    let whole = groups.iter().filter(|(group, _)| group.len() == 8);
    let whole = whole.filter_map(|(group, _)| day(group.get(..4)?, group.get(4..6)?, group.get(6..)?));
    let between = |mark: Option<char>| mark.is_some_and(|mark| matches!(mark, '-' | '/' | '.' | '年' | '月'));
    let apart = groups.windows(3).filter(|three| between(three[0].1) && between(three[1].1));
    let apart = apart.filter_map(|three| day(&three[0].0, &three[1].0, &three[2].0));
    whole.chain(apart).collect()
}

#[cfg(test)]
mod tests {
    use super::days;

    #[test]
    fn dates_are_read_as_people_write_them() {
        for (text, found) in [
            ("", [].as_slice()),
            ("1963-02-13", &["1963-02-13"]),
            ("生于1963年2月3日，", &["1963-02-03"]),
            ("19630213", &["1963-02-13"]),
            ("1963.2.13 - 2001/12/31", &["1963-02-13", "2001-12-31"]),
            ("6000.00", &[]),
            ("1963-02-30", &[]),
            ("990101100201", &[]),
        ] {
            assert_eq!(days(text).iter().map(ToString::to_string).collect::<Vec<_>>(), found, "{text}");
        }
    }
}
