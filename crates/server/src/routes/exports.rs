//! Whole lists as files: the same scope, filters and masks as the pages.

use std::fmt::Write as _;
use std::io::{BufWriter, Write};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Extension, Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use rust_xlsxwriter::Workbook;
use serde_json::Value;
use store::{CaseFilter, ClueFilter};
use tokio::sync::mpsc;

use super::{cases, clues};
use crate::app::App;
use crate::caller::Caller;
use crate::problem::{Problem, refused};
use crate::wire::{Asked, Desk};

/// Lines read at a time.
const BATCH: u32 = 200;

/// Bytes of a workbook sent at a time.
const PIECE: usize = 64 * 1024;

/// What becomes a column: a title, and where it stands in a line.
const CASES: [(&str, &str); 9] = [
    ("工单 case", "/id"),
    ("流程 workflow", "/workflow_title/zh"),
    ("状态 state", "/state/title/zh"),
    ("对象 subject", "/subject/label"),
    ("地区 place", "/place/name"),
    ("来源 source", "/source/zh"),
    ("建立 opened", "/opened"),
    ("办结 closed", "/closed"),
    ("期限 due", "/clock/due"),
];
const CLUES: [(&str, &str); 8] = [
    ("线索 clue", "/id"),
    ("模型 model", "/model"),
    ("名称 title", "/model_title/zh"),
    ("状态 state", "/state"),
    ("对象 subject", "/subject/label"),
    ("地区 place", "/place/name"),
    ("等级 level", "/severity"),
    ("产生 opened", "/opened"),
];

enum List {
    Cases(CaseFilter),
    Clues(ClueFilter),
}

impl List {
    /// The next lines, until there are none.
    async fn next(&mut self, desk: &Desk) -> Result<Vec<Value>, Problem> {
        let store = &desk.app.folder.store;
        let mut lines = Vec::new();
        match self {
            Self::Cases(filter) => {
                for record in store.cases(filter).await? {
                    filter.after = Some(record.id);
                    lines.push(cases::line(desk, &record).await?);
                }
            }
            Self::Clues(filter) => {
                let records = store.clues(filter).await?;
                filter.after = records.last().map(|record| record.episode.clue).or(filter.after);
                lines = clues::listed(desk, &records).await?;
            }
        }
        Ok(lines)
    }

    fn columns(&self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Cases(_) => &CASES,
            Self::Clues(_) => &CLUES,
        }
    }
}

pub(crate) async fn export(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(list): Path<String>,
    Query(mut asked): Asked,
) -> Result<Response, Problem> {
    let desk = Desk::of(app).await?;
    asked.remove("limit");
    let programme = desk.programme();
    let list_of = match list.as_str() {
        "cases" if caller.may(programme, "cases") => {
            List::Cases(CaseFilter { limit: BATCH, after: None, ..cases::filter_of(&desk, &caller, &asked)? })
        }
        "clues" if caller.may(programme, "clues") => {
            List::Clues(ClueFilter { limit: Some(BATCH), after: None, ..clues::filter_of(&desk, &caller, &asked)? })
        }
        "cases" | "clues" => return Err(Problem::forbidden()),
        _ => return Err(Problem::not_found()),
    };
    let format = asked.get("format").map_or("csv", String::as_str);
    let name = format!("attachment; filename=\"{list}-{}.{format}\"", desk.today());
    match format {
        "csv" => {
            let kind = "text/csv; charset=utf-8";
            Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, &name)], csv(desk, list_of))
                .into_response())
        }
        "xlsx" => {
            let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            let book = xlsx(&desk, list_of).await?;
            Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, &name)], sent(book)).into_response())
        }
        _ => Err(refused("bad-request", "格式是 csv 或 xlsx", "a format is csv or xlsx")),
    }
}

fn cells<'l>(line: &'l Value, columns: &'static [(&'static str, &'static str)]) -> impl Iterator<Item = String> + 'l {
    columns.iter().map(|(_, at)| match line.pointer(at) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    })
}

/// Written as it is read: the whole list is never in memory.
fn csv(desk: Desk, mut list: List) -> Body {
    let (lines, reader) = mpsc::channel::<Result<Bytes, std::io::Error>>(4);
    tokio::spawn(async move {
        let columns = list.columns();
        let heads: Vec<String> = columns.iter().map(|(title, _)| quoted(title)).collect();
        // With a byte order mark, or spreadsheets take it for another encoding.
        let mut batch = format!("\u{feff}{}\r\n", heads.join(","));
        loop {
            if lines.send(Ok(Bytes::from(std::mem::take(&mut batch)))).await.is_err() {
                return;
            }
            match list.next(&desk).await {
                Ok(found) if found.is_empty() => return,
                Ok(found) => {
                    for line in &found {
                        let row: Vec<String> = cells(line, columns).map(|cell| quoted(&cell)).collect();
                        let _ = write!(batch, "{}\r\n", row.join(","));
                    }
                }
                Err(problem) => {
                    let broken = std::io::Error::other(problem.code);
                    let _ = lines.send(Err(broken)).await;
                    return;
                }
            }
        }
    });
    Body::from_stream(Lines(reader))
}

/// A cell in quotes; one that a spreadsheet would take for a formula gets an apostrophe.
fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

struct Lines(mpsc::Receiver<Result<Bytes, std::io::Error>>);

impl futures_core::Stream for Lines {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

/// A workbook whose rows wait in a temporary file: the whole list is never in memory.
async fn xlsx(desk: &Desk, mut list: List) -> Result<Workbook, Problem> {
    let columns = list.columns();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_low_memory().map_err(Problem::fault)?;
    for (column, (title, _)) in (0_u16..).zip(columns) {
        sheet.write_string(0, column, *title).map_err(Problem::fault)?;
    }
    let mut row = 1_u32;
    loop {
        let found = list.next(desk).await?;
        if found.is_empty() {
            break;
        }
        for line in &found {
            for (column, cell) in (0_u16..).zip(cells(line, columns)) {
                sheet.write_string(row, column, cell).map_err(Problem::fault)?;
            }
            row += 1;
        }
    }
    Ok(book)
}

/// A workbook, packed as it is read.
fn sent(mut book: Workbook) -> Body {
    let (lines, reader) = mpsc::channel::<Result<Bytes, std::io::Error>>(4);
    tokio::task::spawn_blocking(move || {
        let mut file = BufWriter::with_capacity(PIECE, Pieces(lines.clone()));
        let written = book.save_to_writer(&mut file).map_err(std::io::Error::other).and_then(|()| file.flush());
        if let Err(error) = written {
            // Whoever reads sees that the file ends too early; who has gone does not.
            let _ = lines.blocking_send(Err(error));
        }
    });
    Body::from_stream(Lines(reader))
}

/// Sends what is written.
struct Pieces(mpsc::Sender<Result<Bytes, std::io::Error>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let gone = |_| std::io::Error::from(std::io::ErrorKind::BrokenPipe);
        self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes))).map_err(gone)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
