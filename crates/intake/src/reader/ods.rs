//! OpenDocument spreadsheets (ODS): visible sheets, cell after cell, as the texts a person sees.
//!
//! Read here rather than by `calamine`, which writes out every repetition that the file claims before anyone can count: a line of text
//! may say that a cell stands in sixteen thousand columns of a million rows.

use std::collections::HashSet;
use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::number::number_text;
use super::{Row, Rows, Sheet};
use crate::{FileError, MAX_CELL_CHARS, MAX_TEXT_BYTES, MAX_WHOLE_BYTES, MAX_WHOLE_CELLS, MAX_WHOLE_UNPACKED_BYTES};

/// An opened spreadsheet.
pub(crate) struct OpenDocument {
    content: String,
    /// Name, and where its first row may begin.
    visible: Vec<(String, usize)>,
}

impl OpenDocument {
    /// Opens it: the container is within the limits of containers.
    pub(crate) fn open(bytes: &[u8]) -> Result<Self, FileError> {
        if bytes.len() > MAX_WHOLE_BYTES {
            return Err(FileError::too_large_for_format("ODS", "字节数", "bytes", MAX_WHOLE_BYTES as u64));
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileError::damaged())?;
        let limit = MAX_WHOLE_UNPACKED_BYTES;
        let mut part = |name: &str| -> Result<Option<String>, FileError> {
            let Ok(entry) = archive.by_name(name) else { return Ok(None) };
            let mut bytes = Vec::new();
            entry.take(limit + 1).read_to_end(&mut bytes).map_err(|_| FileError::damaged())?;
            if bytes.len() as u64 > limit {
                return Err(FileError::too_large_for_format("ODS", "解压后字节数", "bytes once unpacked", limit));
            }
            String::from_utf8(bytes).map(Some).map_err(|_| FileError::damaged())
        };
        if part("META-INF/manifest.xml")?.is_some_and(|manifest| manifest.contains("encryption-data")) {
            return Err(FileError::encrypted());
        }
        let content = part("content.xml")?.ok_or_else(FileError::damaged)?;
        let visible = visible(&content)?;
        if visible.is_empty() {
            return Err(FileError::no_visible_sheet());
        }
        Ok(Self { content, visible })
    }

    /// How many visible sheets it has.
    pub(crate) fn len(&self) -> usize {
        self.visible.len()
    }

    /// Visible sheet `index`.
    pub(crate) fn sheet(&self, index: usize) -> Sheet<'_> {
        let (name, start) = self.visible.get(index).cloned().unwrap_or_default();
        let rows = DocumentRows {
            xml: reader(self.content.get(start..).unwrap_or_default()),
            number: 0,
            repeats: 0,
            cells: Vec::new(),
            cell_count: 0,
            text_bytes: 0,
            ended: false,
        };
        Sheet { name: Some(name), ragged: true, replaced: false, rows: Box::new(rows) }
    }
}

/// The tables that are shown.
fn visible(content: &str) -> Result<Vec<(String, usize)>, FileError> {
    let mut xml = reader(content);
    let (mut tables, mut hidden): (Vec<(String, usize)>, HashSet<String>) = Default::default();
    let mut style = String::new();
    let mut depth = 0_u32;
    loop {
        match xml.read_event().map_err(|_| FileError::damaged())? {
            Event::Start(tag) | Event::Empty(tag) if tag.name().0 == "style:style" => {
                style = attribute(&tag, "style:name")?.unwrap_or_default();
            }
            Event::Start(tag) | Event::Empty(tag) if tag.name().0 == "style:table-properties" => {
                if attribute(&tag, "table:display")?.as_deref() == Some("false") {
                    hidden.insert(style.clone());
                }
            }
            // Tables stand in cells, too.
            Event::Start(tag) if tag.name().0 == "table:table" => {
                depth += 1;
                let is_hidden = attribute(&tag, "table:style-name")?.is_some_and(|style| hidden.contains(&style));
                if depth == 1 && !is_hidden {
                    let start = usize::try_from(xml.buffer_position()).map_err(|_| FileError::damaged())?;
                    tables.push((attribute(&tag, "table:name")?.unwrap_or_default(), start));
                }
            }
            Event::End(tag) if tag.name().0 == "table:table" => depth = depth.saturating_sub(1),
            Event::Eof => return Ok(tables),
            _ => {}
        }
    }
}

fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    // A sheet is read from its middle; `visible` has seen that the whole is well formed.
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    reader
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, FileError> {
    match tag.try_get_attribute(name) {
        Ok(Some(attribute)) => {
            unescape(&attribute.value).map(|value| Some(value.into_owned())).map_err(|_| FileError::damaged())
        }
        Ok(None) => Ok(None),
        Err(_) => Err(FileError::damaged()),
    }
}

struct DocumentRows<'w> {
    xml: Reader<&'w [u8]>,
    /// Number of the last row given.
    number: u64,
    /// How often the row in `cells` is still to be given.
    repeats: u64,
    /// Texts with their column, empty ones left out.
    cells: Vec<(usize, String)>,
    cell_count: u64,
    text_bytes: u64,
    ended: bool,
}

impl Rows for DocumentRows<'_> {
    fn next(&mut self, row: &mut Row) -> Result<bool, FileError> {
        row.clear();
        while self.repeats == 0 {
            if self.ended {
                return Ok(false);
            }
            self.read_row()?;
            if self.cells.is_empty() {
                self.number += self.repeats;
                self.repeats = 0;
            }
        }
        self.repeats -= 1;
        self.number += 1;
        row.number = u32::try_from(self.number).unwrap_or(u32::MAX);
        for (column, text) in &self.cells {
            self.text_bytes += text.len() as u64;
            while row.len() < *column {
                row.push("");
            }
            row.push(text);
        }
        self.cell_count += row.len() as u64;
        if self.cell_count > MAX_WHOLE_CELLS {
            return Err(FileError::too_large_for_format("ODS", "单元格数", "cells", MAX_WHOLE_CELLS));
        }
        if self.text_bytes > MAX_TEXT_BYTES {
            return Err(FileError::too_large("文字字节数", "bytes of text", MAX_TEXT_BYTES));
        }
        Ok(true)
    }
}

impl DocumentRows<'_> {
    fn event(&mut self) -> Result<Event<'static>, FileError> {
        self.xml.read_event().map(Event::into_owned).map_err(|_| FileError::damaged())
    }

    /// Reads the next row into `cells` and `repeats`, or finds the end of the sheet.
    fn read_row(&mut self) -> Result<(), FileError> {
        loop {
            match self.event()? {
                Event::Start(tag) if tag.name().0 == "table:table-row" => {
                    self.repeats = repetition(&tag, "table:number-rows-repeated")?;
                    return self.read_cells();
                }
                Event::Empty(tag) if tag.name().0 == "table:table-row" => {
                    self.number += repetition(&tag, "table:number-rows-repeated")?;
                }
                Event::End(tag) if tag.name().0 == "table:table" => {
                    self.ended = true;
                    return Ok(());
                }
                Event::Eof => return Err(FileError::damaged()),
                _ => {}
            }
        }
    }

    fn read_cells(&mut self) -> Result<(), FileError> {
        self.cells.clear();
        let mut column = 0_usize;
        loop {
            let (tag, is_open) = match self.event()? {
                Event::Start(tag) => (tag, true),
                Event::Empty(tag) => (tag, false),
                Event::End(tag) if tag.name().0 == "table:table-row" => return Ok(()),
                Event::Eof => return Err(FileError::damaged()),
                _ => continue,
            };
            let name = tag.name().0.to_owned();
            if name != "table:table-cell" && name != "table:covered-table-cell" {
                continue;
            }
            let repeats = repetition(&tag, "table:number-columns-repeated")?;
            let repeats = usize::try_from(repeats).unwrap_or(usize::MAX);
            let shown = if is_open { self.paragraphs(&name)? } else { String::new() };
            let text = cell_text(&tag, shown)?;
            if !text.is_empty() {
                if text.len() > MAX_CELL_CHARS && text.chars().nth(MAX_CELL_CHARS).is_some() {
                    return Err(FileError::text_too_long(self.number + 1));
                }
                self.cell_count += repeats as u64;
                if self.cell_count > MAX_WHOLE_CELLS {
                    return Err(FileError::too_large_for_format("ODS", "单元格数", "cells", MAX_WHOLE_CELLS));
                }
                if column + repeats > MAX_COLUMNS {
                    return Err(FileError::damaged());
                }
                self.cells.extend((column..column + repeats).map(|column| (column, text.clone())));
            }
            column = column.saturating_add(repeats);
        }
    }

    /// The text in a cell, up to its end: paragraphs, notes left out.
    fn paragraphs(&mut self, cell: &str) -> Result<String, FileError> {
        let mut text = String::new();
        let (mut paragraphs, mut inside, mut notes) = (0, 0_u32, 0_u32);
        loop {
            match self.event()? {
                Event::Start(tag) => match tag.name().0 {
                    "office:annotation" => notes += 1,
                    "text:p" if notes == 0 => {
                        if paragraphs > 0 {
                            text.push('\n');
                        }
                        paragraphs += 1;
                        inside += 1;
                    }
                    _ => {}
                },
                Event::Empty(tag) if notes == 0 => match tag.name().0 {
                    "text:s" => text.extend(std::iter::repeat_n(' ', spaces(&tag)?)),
                    "text:tab" => text.push('\t'),
                    "text:line-break" => text.push('\n'),
                    "text:p" => {
                        if paragraphs > 0 {
                            text.push('\n');
                        }
                        paragraphs += 1;
                    }
                    _ => {}
                },
                Event::Text(piece) if inside > 0 && notes == 0 => text.push_str(&piece),
                Event::CData(piece) if inside > 0 && notes == 0 => text.push_str(&piece),
                // Entities that the file defines itself are never followed.
                Event::GeneralRef(name) if inside > 0 && notes == 0 => {
                    let written = format!("&{};", &*name);
                    text.push_str(&unescape(&written).map_err(|_| FileError::damaged())?);
                }
                Event::End(tag) => match tag.name().0 {
                    "office:annotation" => notes = notes.saturating_sub(1),
                    "text:p" if notes == 0 => inside = inside.saturating_sub(1),
                    name if name == cell => return Ok(text),
                    _ => {}
                },
                Event::Eof => return Err(FileError::damaged()),
                _ => {}
            }
            if text.len() > 4 * MAX_CELL_CHARS + 4 {
                return Err(FileError::text_too_long(self.number + 1));
            }
        }
    }
}

/// Columns of a sheet in the format.
const MAX_COLUMNS: usize = 16_384;

fn repetition(tag: &BytesStart<'_>, name: &str) -> Result<u64, FileError> {
    match attribute(tag, name)? {
        Some(text) => text.parse().map_err(|_| FileError::damaged()),
        None => Ok(1),
    }
}

fn spaces(tag: &BytesStart<'_>) -> Result<usize, FileError> {
    Ok(usize::try_from(attribute(tag, "text:c")?.map_or(Ok(1), |text| text.parse()).unwrap_or(1_u64))
        .unwrap_or(1)
        .min(MAX_CELL_CHARS))
}

/// Numbers, dates and truth values from what the cell says it holds; all else as it is shown.
fn cell_text(tag: &BytesStart<'_>, shown: String) -> Result<String, FileError> {
    let value = |name| attribute(tag, name);
    Ok(match attribute(tag, "office:value-type")?.as_deref() {
        Some("float" | "currency" | "percentage") => match value("office:value")?.and_then(|text| text.parse().ok()) {
            Some(number) => number_text(number),
            None => shown,
        },
        Some("date") => {
            let text = value("office:date-value")?.unwrap_or(shown);
            let day = text.strip_suffix("T00:00:00").unwrap_or(&text);
            day.replace('T', " ")
        }
        Some("boolean") => value("office:boolean-value")?.map_or(shown, |text| text.to_uppercase()),
        Some("string") => value("office:string-value")?.unwrap_or(shown),
        _ => shown,
    })
}
