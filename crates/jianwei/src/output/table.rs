//! Tables aligned by what the terminal shows: a Chinese character takes two columns.

use unicode_width::UnicodeWidthStr as _;

/// Headers and rows of text.
pub struct Table {
    headers: Vec<String>,
    right: Vec<bool>,
    rows: Vec<Vec<String>>,
    indent: usize,
}

impl Table {
    /// A table with these headers; one that begins with `>` aligns its column to the right. Without any text in them no header
    /// is written.
    pub fn new<S: AsRef<str>>(headers: impl IntoIterator<Item = S>) -> Self {
        let (mut texts, mut right) = (Vec::new(), Vec::new());
        for header in headers {
            let header = header.as_ref();
            right.push(header.starts_with('>'));
            texts.push(header.trim_start_matches('>').to_owned());
        }
        Self { headers: texts, right, rows: Vec::new(), indent: 0 }
    }

    /// With so many blanks before each line.
    pub fn indent(mut self, indent: usize) -> Self {
        self.indent = indent;
        self
    }

    /// One more row.
    pub fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Headers, whether their columns are aligned to the right, and rows as they were given.
    pub(super) fn parts(&self) -> (&[String], &[bool], &[Vec<String>]) {
        (&self.headers, &self.right, &self.rows)
    }

    /// The table as lines, each with a newline.
    pub fn render(&self) -> String {
        let has_header = self.headers.iter().any(|header| !header.is_empty());
        let header = has_header.then_some(&self.headers);
        let rows: Vec<Vec<String>> = self.rows.iter().map(|row| row.iter().map(|cell| plain(cell)).collect()).collect();
        let mut widths = vec![0; self.headers.len()];
        for row in header.into_iter().chain(&rows) {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        let mut text = String::new();
        if let Some(header) = header {
            self.line(&mut text, &widths, header);
            let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
            self.line(&mut text, &widths, &rules);
        }
        for row in &rows {
            self.line(&mut text, &widths, row);
        }
        text
    }

    fn line(&self, text: &mut String, widths: &[usize], cells: &[String]) {
        let mut line = " ".repeat(self.indent);
        for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
            if index > 0 {
                line.push_str("  ");
            }
            let blanks = " ".repeat(width.saturating_sub(cell.width()));
            if self.right[index] {
                line.push_str(&blanks);
                line.push_str(cell);
            } else {
                line.push_str(cell);
                line.push_str(&blanks);
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

/// `text` on one line, without anything a terminal would act on: cells come from departments' files.
pub fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn chinese_takes_two_columns() {
        let mut table = Table::new(["编号", ">数", "name"]);
        table.row(["C1", "7", "甲\u{1b}[31m"]);
        table.row(["长一点", "120", "b"]);
        let expected = "编号     数  name\n------  ---  -------\nC1        7  甲 [31m\n长一点  120  b\n";
        assert_eq!(table.render(), expected);
    }
}
