//! `jianwei refused --export FOLDER`: a workbook for each department, to be sent back to it. The first sheet counts the reasons, then a
//! sheet for each feed: every row that waits, what is wrong beside it, and what could be read of it under the department's own
//! headers. Cells are masked by their columns, unless they are revealed on purpose.

use std::collections::BTreeMap;
use std::path::Path;

use pack::programme::{Column, Feed, Mode};
use pipeline::{Corrections, corrections, department_of};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use store::StoredRefusedRow;
use types::{Day, RefusalCode};

use super::departments::{name, rate};
use super::{Args, reason};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{cut, sheet_name, write_text};
use server::mask::View;

/// Rows of one sheet; a department with more is sent the rest when these are made good.
const ROWS: usize = 1_000_000;

/// Writes the workbooks into `target`.
pub async fn export(target: &Path, args: &Args, context: &Context) -> Result<Exit, Failure> {
    let folder = context.open().await?;
    let programme = folder.programme().await?;
    let view = context.view(&folder, &programme, "refused export").await?;
    let today = context.caller(&folder).await?.today;
    let (departments, rows) = corrections(&folder, &programme).await?;
    let names: BTreeMap<u32, String> = folder
        .store
        .deliveries()
        .await?
        .into_iter()
        .map(|stored| (stored.delivery.sequence, stored.delivery.file_name))
        .collect();
    std::fs::create_dir_all(target).map_err(|error| Failure::unwritable(target, &error))?;
    let mut written = 0;
    for seen in departments.iter().filter(|seen| seen.waiting() > 0) {
        let of_feed = |row: &&StoredRefusedRow| {
            row.closed_by.is_none()
                && department_of(&programme, &row.feed) == seen.department
                && args.feed.as_ref().is_none_or(|feed| *feed == row.feed)
        };
        let rows: Vec<&StoredRefusedRow> = rows.iter().filter(of_feed).collect();
        if rows.is_empty() {
            continue;
        }
        let book = Book { seen, rows, names: &names, view: &view, today, context };
        let bytes = book.bytes().map_err(|error| Failure::fault(format!("xlsx: {error}")))?;
        let file =
            target.join(format!("{}-{}-{today}.xlsx", context.say("退回", "refused"), file_part(&name(seen, context))));
        std::fs::write(&file, bytes).map_err(|error| Failure::unwritable(&file, &error))?;
        let (file, waiting) = (file.display(), book.rows.len());
        context.note(format!("{file}：{waiting} 行"), format!("{file}: {waiting} rows"));
        written += 1;
    }
    context.note(format!("写了 {written} 份"), format!("{written} workbooks written"));
    Ok(Exit::Ok)
}

/// What may stand in a file's name on every system.
fn file_part(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c }).take(60).collect()
}

/// One department's workbook.
struct Book<'a> {
    seen: &'a Corrections,
    /// Those that wait.
    rows: Vec<&'a StoredRefusedRow>,
    names: &'a BTreeMap<u32, String>,
    view: &'a View<'a>,
    today: Day,
    context: &'a Context,
}

impl Book<'_> {
    fn bytes(&self) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        self.summary(workbook.add_worksheet())?;
        let mut of_feeds: BTreeMap<&str, Vec<&StoredRefusedRow>> = BTreeMap::new();
        for row in &self.rows {
            of_feeds.entry(&row.feed).or_default().push(row);
        }
        for (number, (feed, rows)) in (1..).zip(of_feeds) {
            let title = self.view.programme.feeds.get(feed).map_or(feed, |feed| feed.title.get(self.context.lang));
            let sheet = workbook.add_worksheet();
            // Numbered: two titles may be cut to the same.
            sheet.set_name(sheet_name(&format!("{number} {title}")))?;
            self.feed(sheet, feed, &rows)?;
        }
        workbook.save_to_buffer()
    }

    /// Reasons counted; how the department has done so far.
    fn summary(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let (context, seen) = (self.context, self.seen);
        let bold = Format::new().set_bold();
        sheet.set_name(context.say("汇总", "summary"))?.set_column_width(0, 44)?.set_column_width(1, 14)?;
        let facts = [
            (context.say("部门", "department"), name(seen, context)),
            (context.say("日期", "date"), self.today.to_string()),
            (context.say("累计退回行数", "rows refused so far"), seen.refused.to_string()),
            (context.say("已补正", "made good"), format!("{} ({})", seen.corrected, rate(seen))),
            (
                context.say("补正用时（中位天数）", "days until made good (median)"),
                seen.median_days.map_or_else(|| "-".to_owned(), |days| days.to_string()),
            ),
            (
                context.say("最早一行退回于", "the oldest waits since"),
                seen.waiting_since.map_or_else(|| "-".to_owned(), |day| day.to_string()),
            ),
        ];
        let mut at = 0;
        for (label, value) in &facts {
            sheet.write_string(at, 0, *label)?.write_string(at, 1, cut(value))?;
            at += 1;
        }
        at += 1;
        sheet.write_string_with_format(at, 0, context.say("原因", "reason"), &bold)?;
        sheet.write_string_with_format(at, 1, context.say("行数", "rows"), &bold)?;
        let mut reasons: BTreeMap<(RefusalCode, Option<&str>), u32> = BTreeMap::new();
        for row in &self.rows {
            *reasons.entry((row.row.code, row.row.check.as_deref())).or_default() += 1;
        }
        for ((code, check), count) in reasons {
            at += 1;
            sheet.write_string(at, 0, reason(code, check, context))?.write_number(at, 1, count)?;
        }
        at += 1;
        sheet.write_string_with_format(at, 0, context.say("合计", "total"), &bold)?;
        sheet.write_number(at, 1, u32::try_from(self.rows.len()).unwrap_or(u32::MAX))?;
        sheet.write_string(
            at + 2,
            0,
            context.say(
                "改好后请按原来的方式重新报送；同一号码的行被接收后，这里的行自动销号。",
                "Correct the rows and deliver again as usual: once a row with the same key is accepted, the row here is closed.",
            ),
        )?;
        Ok(())
    }

    /// The rows of one feed: where each stands, what is wrong, then its cells under the department's headers.
    fn feed(&self, sheet: &mut Worksheet, feed: &str, rows: &[&StoredRefusedRow]) -> Result<(), XlsxError> {
        let context = self.context;
        let bold = Format::new().set_bold();
        let known = self.view.programme.feeds.get(feed);
        let columns: Vec<&Column> = known.map(|feed| feed.columns.values().collect()).unwrap_or_default();
        let fixed = [
            context.say("退回原因", "reason"),
            context.say("出错的列", "column at fault"),
            context.say("出错的内容", "cell at fault"),
            context.say("文件", "file"),
            context.say("工作表", "sheet"),
            context.say("第几行", "row"),
        ];
        let headers = fixed.iter().copied().chain(columns.iter().copied().map(header));
        for (at, text) in (0_u16..).zip(headers) {
            sheet.write_string_with_format(0, at, cut(text), &bold)?;
        }
        sheet.set_freeze_panes(1, 0)?.set_column_width(0, 30)?.set_column_width(3, 30)?;
        if let Some(Feed { mode: Mode::Snapshot(_), .. }) = known {
            let note = context.say(
                "这是整份替换的数据：请改好后报送整份文件，不要只送这些行。",
                "This feed is replaced as a whole: correct and deliver the whole file, not these rows alone.",
            );
            let at = u32::try_from(rows.len().min(ROWS)).unwrap_or(u32::MAX - 2) + 2;
            sheet.write_string(at, 0, note)?;
        }
        for (at, stored) in (1_u32..).zip(rows.iter().take(ROWS)) {
            let row = &stored.row;
            let file = self.names.get(&stored.delivery).map_or("", String::as_str);
            let fault = row.column.as_deref();
            let faulty = fault.and_then(|name| columns.iter().find(|column| column.name == name).copied());
            let shown = self.view.cell(feed, fault, &row.value);
            write_text(sheet, at, 0, &reason(row.code, row.check.as_deref(), context))?;
            write_text(sheet, at, 1, faulty.map_or_else(|| fault.unwrap_or_default(), header))?;
            write_text(sheet, at, 2, &shown)?;
            write_text(sheet, at, 3, file)?;
            write_text(sheet, at, 4, row.sheet.as_deref().unwrap_or_default())?;
            sheet.write_number(at, 5, row.row)?;
            for (column, cell) in columns.iter().zip(6_u16..) {
                match row.readable.get(&column.name) {
                    Some(text) => write_text(sheet, at, cell, &self.view.cell(feed, Some(&column.name), text))?,
                    None if fault == Some(column.name.as_str()) => write_text(sheet, at, cell, &shown)?,
                    None => sheet,
                };
            }
        }
        Ok(())
    }
}

/// The header under which a column comes.
fn header(column: &Column) -> &str {
    column.aliases.first().unwrap_or(&column.name)
}
