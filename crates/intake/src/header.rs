//! Which row is the header, and which cell of it is which column.

use std::collections::{BTreeMap, HashMap};

use pack::programme::{Column, Feed};

use crate::limits::HEADER_ROWS;
use crate::normalise::{header_key, trimmed};
use crate::reader::{Row, Sheet};
use crate::{FileError, FileErrorCode};

/// The first rows of a sheet that are not blank: the header is one of them.
pub(crate) struct Top {
    /// What may be the header: each row, then each two rows that follow each other.
    rows: Vec<TopRow>,
    /// Number of each row, and of its cells.
    lengths: Vec<(u32, usize)>,
}

struct TopRow {
    number: u32,
    cells: Vec<String>,
    /// Per cell, what it may be called: the first that is a column counts.
    keys: Vec<Vec<String>>,
}

impl Top {
    /// Reads them.
    pub(crate) fn read(sheet: &mut Sheet<'_>) -> Result<Self, FileError> {
        let mut rows = Vec::new();
        let mut row = Row::default();
        while rows.len() < HEADER_ROWS && sheet.rows.next(&mut row)? {
            if !row.is_blank() {
                let cells: Vec<String> = row.cells().map(|cell| trimmed(cell).to_owned()).collect();
                rows.push(TopRow::of(row.number, cells));
            }
        }
        // A header in two rows is tried after those of one row: it must find more.
        let pairs: Vec<TopRow> = rows.windows(2).filter_map(|pair| TopRow::of_two(&pair[0], &pair[1])).collect();
        let lengths = rows.iter().map(|row| (row.number, row.cells.len() + row.swallowed())).collect();
        rows.extend(pairs);
        Ok(Self { rows, lengths })
    }

    /// The header of a file whose columns have names.
    pub(crate) fn of_names<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let cells: Vec<String> = names.map(|name| trimmed(name).to_owned()).collect();
        Self { rows: vec![TopRow::of(0, cells)], lengths: Vec::new() }
    }

    /// How many of the rows below `header` have not its number of cells: under the right separator and quotation mark, few.
    pub(crate) fn misfits(&self, header: &Header<'_>) -> usize {
        self.lengths.iter().filter(|(number, cells)| *number > header.number && *cells != header.width).count()
    }
}

impl TopRow {
    fn of(number: u32, cells: Vec<String>) -> Self {
        Self { number, keys: cells.iter().map(|cell| vec![header_key(cell)]).collect(), cells }
    }

    /// How many of its cells hold a line of the file, from a quotation mark that was none.
    fn swallowed(&self) -> usize {
        self.cells.iter().filter(|cell| cell.contains('\n') && cell.contains(['\t', '|'])).count()
    }

    /// A header whose upper row names groups of columns (its merged cells hold their text once, at the left) and whose lower row names
    /// columns; a column without a group has its name in either row.
    fn of_two(upper: &Self, lower: &Self) -> Option<Self> {
        if upper.number + 1 != lower.number {
            return None;
        }
        let (mut cells, mut keys) = (Vec::new(), Vec::new());
        let mut group = "";
        for index in 0..upper.cells.len().max(lower.cells.len()) {
            let above = upper.cells.get(index).map_or("", String::as_str);
            let below = lower.cells.get(index).map_or("", String::as_str);
            if !above.is_empty() {
                group = above;
            }
            if below.is_empty() {
                keys.push(vec![header_key(above)]);
                cells.push(above.to_owned());
            } else {
                keys.push(vec![header_key(&format!("{group}{below}")), header_key(below)]);
                cells.push(below.to_owned());
            }
        }
        Some(Self { number: lower.number, cells, keys })
    }
}

/// So many headers that nothing uses are named.
const UNUSED_SHOWN: usize = 8;

/// The row that is most likely the header of a feed's file.
pub(crate) struct Header<'f> {
    /// Its row number; 0 where columns have names without a row of them.
    pub(crate) number: u32,
    /// Feed column -> cell.
    pub(crate) columns: BTreeMap<&'f str, usize>,
    /// Cells up to the last that is not blank.
    pub(crate) width: usize,
    /// Required columns that are not in it.
    pub(crate) missing: Vec<&'f Column>,
    /// Feed column -> the second cell that claims to be it.
    duplicated: Vec<(&'f Column, String)>,
    /// Cells that are no column of the feed.
    others: Vec<String>,
}

impl<'f> Header<'f> {
    /// The row of `top` with most columns of `feed`, the first of several; `None` when no row has any.
    pub(crate) fn find(feed: &'f Feed, top: &Top) -> Option<Self> {
        let mut by_key: HashMap<String, &'f Column> = HashMap::new();
        for name in feed
            .columns
            .values()
            .map(|column| (&column.name, column))
            .chain(feed.columns.values().flat_map(|column| column.aliases.iter().map(move |alias| (alias, column))))
        {
            by_key.entry(header_key(name.0)).or_insert(name.1);
        }
        let mut best: Option<Self> = None;
        for row in &top.rows {
            let header = Self::of(feed, row, &by_key);
            let better = best.as_ref().map_or(0, |best| best.columns.len()) < header.columns.len();
            if better {
                best = Some(header);
            }
        }
        best
    }

    fn of(feed: &'f Feed, row: &TopRow, by_key: &HashMap<String, &'f Column>) -> Self {
        let mut columns = BTreeMap::new();
        let (mut duplicated, mut others) = (Vec::new(), Vec::new());
        for (index, keys) in row.keys.iter().enumerate() {
            match keys.iter().find_map(|key| by_key.get(key)) {
                Some(column) if columns.contains_key(column.name.as_str()) => {
                    duplicated.push((*column, row.cells[index].clone()));
                }
                Some(column) => {
                    columns.insert(column.name.as_str(), index);
                }
                None if keys.iter().all(String::is_empty) => {}
                None => others.push(row.cells[index].clone()),
            }
        }
        let missing = feed
            .columns
            .values()
            .filter(|column| !column.optional && !columns.contains_key(column.name.as_str()))
            .collect();
        let width = row.cells.iter().rposition(|cell| !header_key(cell).is_empty()).map_or(0, |index| index + 1);
        Self { number: row.number, columns, width, missing, duplicated, others }
    }

    /// Whether nothing required is missing.
    pub(crate) fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }

    /// The header itself when rows can be read under it.
    pub(crate) fn accepted(self, feed: &Feed) -> Result<Self, FileError> {
        if !self.missing.is_empty() {
            return Err(self.columns_missing(feed));
        }
        let Some((column, cell)) = self.duplicated.first() else { return Ok(self) };
        let name = &column.name;
        let (zh, en) = match self.number {
            0 => ("文件里".to_owned(), "in the file".to_owned()),
            row => (format!("第 {row} 行表头里"), format!("in the header of row {row}")),
        };
        Err(FileError::new(
            FileErrorCode::ColumnDuplicated,
            format!("{zh}列 `{name}` 出现两次（第二次是 `{cell}`）"),
            format!("column `{name}` appears twice {en} (the second time as `{cell}`)"),
        ))
    }

    fn columns_missing(&self, feed: &Feed) -> FileError {
        let (mut zh, mut en) = (Vec::new(), Vec::new());
        for column in &self.missing {
            let near = self.nearest(column);
            let (near_zh, near_en) = match near {
                Some(near) => (format!("（最接近的表头：`{near}`）"), format!(" (the nearest header is `{near}`)")),
                None => Default::default(),
            };
            zh.push(format!("{}{near_zh}", labelled(column)));
            en.push(format!("{}{near_en}", labelled(column)));
        }
        let (at_zh, at_en) = match self.number {
            0 => Default::default(),
            row => (format!("；表头在第 {row} 行"), format!("; the header is in row {row}")),
        };
        let named: Vec<&str> = self.missing.iter().filter_map(|column| self.nearest(column)).collect();
        let unused = self.others.iter().filter(|cell| !named.contains(&cell.as_str()));
        let unused: Vec<String> = unused.take(UNUSED_SHOWN).map(|cell| format!("`{cell}`")).collect();
        let (unused_zh, unused_en) = match unused.is_empty() {
            true => Default::default(),
            false => (
                format!("；文件里还有没用上的表头：{}", unused.join("、")),
                format!("; other headers that nothing uses: {}", unused.join(", ")),
            ),
        };
        FileError::new(
            FileErrorCode::ColumnsMissing,
            format!("数据源 `{}` 的文件缺少列：{}{at_zh}{unused_zh}", feed.name, zh.join("，")),
            format!("columns of feed `{}` are missing: {}{at_en}{unused_en}", feed.name, en.join(", ")),
        )
    }

    /// The cell that is no column, yet looks most like `column`.
    fn nearest(&self, column: &Column) -> Option<&str> {
        let likeness = |cell: &str| {
            let key = header_key(cell);
            let names = std::iter::once(&column.name).chain(&column.aliases);
            names.map(|name| strsim::normalized_damerau_levenshtein(&header_key(name), &key)).fold(0.0, f64::max)
        };
        self.others
            .iter()
            .map(|cell| (likeness(cell), cell))
            .filter(|(likeness, _)| *likeness >= 0.4)
            .fold(None, |best: Option<(f64, &String)>, next| match best {
                Some(best) if best.0 >= next.0 => Some(best),
                _ => Some(next),
            })
            .map(|(_, cell)| cell.as_str())
    }
}

/// `name`, with the first header a department knows it by.
pub(crate) fn labelled(column: &Column) -> String {
    match column.aliases.first() {
        Some(alias) => format!("`{alias}`/`{}`", column.name),
        None => format!("`{}`", column.name),
    }
}

/// What is said when no row has any column of `feed`.
pub(crate) fn header_missing(feed: &Feed) -> FileError {
    let names: Vec<String> = feed.columns.values().filter(|column| !column.optional).take(8).map(labelled).collect();
    FileError::new(
        FileErrorCode::HeaderMissing,
        format!("前 {HEADER_ROWS} 行里找不到表头；数据源 `{}` 需要的列：{}", feed.name, names.join("，")),
        format!(
            "no header in the first {HEADER_ROWS} rows; feed `{}` needs the columns {}",
            feed.name,
            names.join(", ")
        ),
    )
}
