//! YAML as a tree in which every scalar, key and collection knows its bytes.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

use crate::code;
use crate::finding::{Findings, Place};

/// One value.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Scalar(String, Style),
    List(Vec<Node>),
    /// Entries in order of writing, keys unique; whether it was written with braces.
    Map(Vec<Entry>, bool),
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Single,
    Double,
    Block,
}

/// One key with its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_start: usize,
    pub(crate) key_end: usize,
    pub(crate) value: Node,
}

impl Node {
    pub(crate) fn place(&self, file: usize) -> Place {
        Place { file, start: self.start, end: self.end }
    }

    /// Nothing, `~` or `null`.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar(text, Style::Plain) if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }
}

impl Entry {
    pub(crate) fn key_place(&self, file: usize) -> Place {
        Place { file, start: self.key_start, end: self.key_end }
    }
}

/// A collection that is not yet closed.
enum Frame {
    List(Vec<Node>, usize),
    Map {
        entries: Vec<Entry>,
        seen: HashMap<String, usize>,
        key: Option<(String, usize, usize)>,
        start: usize,
        flow: bool,
    },
}

/// The only document of file number `file`; `None`, with a finding, where it is no YAML.
pub(crate) fn parse(file: usize, findings: &mut Findings) -> Option<Node> {
    let text = findings.text(file).to_owned();
    let mut frames: Vec<Frame> = Vec::new();
    let mut root: Option<Node> = None;
    let mut documents = 0;
    for event in Parser::new_from_str(&text) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                let start = error.marker().byte_offset().unwrap_or_else(|| byte_of(&text, error.marker().index()));
                let at = Place { file, start, end: next(&text, start) };
                let detail = error.info();
                let draft = findings.error(
                    code::YAML_SYNTAX,
                    at,
                    format!("YAML 写法有误：{}", in_chinese(&detail)),
                    format!("this is not YAML: {detail}"),
                );
                if text[line_start(&text, start)..crate::finding::floor(&text, start)].contains('\t') {
                    draft.hint("缩进只能用空格，不能用制表符", "indent with spaces, never with tabs");
                } else if let Some((zh, en)) = full_width(&text, start) {
                    draft.hint(zh, en);
                } else {
                    draft.hint(
                        "看这一行和上一行：括号、引号是否成对，缩进是否对齐，冒号后面是否有空格",
                        "look at this line and the one above: brackets and quotes in pairs, indents in line, a space behind each colon",
                    );
                }
                return None;
            }
        };
        let (start, end) = span.byte_range().map_or((0, 0), |range| (range.start, range.end));
        let at = Place { file, start, end };
        let complete = match event {
            Event::DocumentStart(..) => {
                documents += 1;
                if documents > 1 {
                    findings.error(
                        code::YAML_SYNTAX,
                        at,
                        "一个文件只能有一段 YAML 文档",
                        "a file holds one YAML document, this begins another",
                    );
                    return None;
                }
                None
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                findings
                    .error(code::YAML_SYNTAX, at, "业务包不用 YAML 别名（`*`）", "packs use no YAML aliases (`*`)")
                    .hint("需要星号时请加引号", "put the text in quotes if a star is meant");
                return None;
            }
            Event::Scalar(value, style, anchor, tag) => {
                refuse_properties(anchor, tag.is_some(), at, findings)?;
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted => Style::Single,
                    ScalarStyle::DoubleQuoted => Style::Double,
                    ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
                };
                // The parser gives `~` for a value that was not written at all.
                let value = if style == Style::Plain && start == end { String::new() } else { value.into_owned() };
                Some(Node { kind: Kind::Scalar(value, style), start, end })
            }
            Event::SequenceStart(_, anchor, tag) => {
                refuse_properties(anchor, tag.is_some(), at, findings)?;
                frames.push(Frame::List(Vec::new(), start));
                None
            }
            Event::MappingStart(style, anchor, tag) => {
                refuse_properties(anchor, tag.is_some(), at, findings)?;
                frames.push(Frame::Map {
                    entries: Vec::new(),
                    seen: HashMap::new(),
                    key: None,
                    start,
                    flow: style == StructureStyle::Flow,
                });
                None
            }
            Event::SequenceEnd | Event::MappingEnd => frames.pop().map(|frame| close(frame, end)),
            _ => None,
        };
        if let Some(node) = complete {
            match frames.last_mut() {
                None => root = Some(node),
                Some(Frame::List(nodes, _)) => nodes.push(node),
                Some(Frame::Map { entries, seen, key, .. }) => {
                    attach(node, entries, seen, key, file, findings);
                }
            }
        }
    }
    Some(root.unwrap_or(Node { kind: Kind::Scalar(String::new(), Style::Plain), start: 0, end: 0 }))
}

/// Puts a key, or the value of the key before it, into a mapping.
fn attach(
    node: Node,
    entries: &mut Vec<Entry>,
    seen: &mut HashMap<String, usize>,
    key: &mut Option<(String, usize, usize)>,
    file: usize,
    findings: &mut Findings,
) {
    let Some((name, key_start, key_end)) = key.take() else {
        let at = node.place(file);
        let name = match node.kind {
            Kind::Scalar(text, _) => text,
            _ => {
                findings.error(code::WRONG_SHAPE, at, "键必须是文字", "a key must be plain text");
                String::new()
            }
        };
        *key = Some((name, at.start, at.end));
        return;
    };
    if let Some(first) = seen.get(&name) {
        let first = entries[*first].key_place(file);
        findings
            .error(
                code::DUPLICATE_KEY,
                Place { file, start: key_start, end: key_end },
                format!("键 `{name}` 重复"),
                format!("the key `{name}` stands here twice"),
            )
            .related(first, "第一次出现在这里", "first written here");
        return;
    }
    seen.insert(name.clone(), entries.len());
    // A value that was not written is looked for where it is missing: behind its key.
    let value =
        if node.is_null() && node.start == node.end { Node { start: key_start, end: key_end, ..node } } else { node };
    entries.push(Entry { key: name, key_start, key_end, value });
}

fn close(frame: Frame, end: usize) -> Node {
    match frame {
        Frame::List(nodes, start) => {
            let end = nodes.last().map_or(end, |node| node.end).max(start);
            Node { kind: Kind::List(nodes), start, end }
        }
        Frame::Map { entries, start, flow, .. } => {
            let end = if flow { end } else { entries.last().map_or(end, |entry| entry.value.end) }.max(start);
            Node { kind: Kind::Map(entries, flow), start, end }
        }
    }
}

fn refuse_properties(anchor: usize, tag: bool, at: Place, findings: &mut Findings) -> Option<()> {
    if anchor == 0 && !tag {
        return Some(());
    }
    findings
        .error(
            code::YAML_SYNTAX,
            at,
            "业务包不用 YAML 锚点和标签（`&`、`!`）",
            "packs use no YAML anchors and tags (`&`, `!`)",
        )
        .hint("需要这些字符时请加引号", "put the text in quotes if these characters are meant");
    None
}

/// What the parser says, in Chinese: by the words that matter to an author.
fn in_chinese(detail: &str) -> String {
    let says = |words: &[&str]| words.iter().any(|word| detail.contains(word));
    let zh = if says(&["tab"]) {
        "这里不能用制表符"
    } else if says(&["flow sequence", "']'"]) {
        "列表 `[…]` 里缺少 `,` 或 `]`，或者前面有引号没有闭合"
    } else if says(&["flow mapping", "'}'"]) {
        "花括号 `{…}` 里缺少 `,` 或 `}`，或者前面有引号没有闭合"
    } else if says(&["quoted scalar", "quote"]) {
        "引号没有闭合，或者引号里有不认识的转义"
    } else if says(&["block mapping", "simple key", "mapping values"]) {
        "这里应该是一个键 `名称: 值`；缩进没有对齐，或者前面有引号没有闭合"
    } else if says(&["block collection", "'-' indicator"]) {
        "这里应该是以 `- ` 开头的一项；缩进没有对齐"
    } else if says(&["indent"]) {
        "缩进没有对齐"
    } else if says(&["anchor", "alias"]) {
        "`*` 和 `&` 有特别的意思，要写成文字请加引号"
    } else if says(&["eof", "EOF", "end of"]) {
        "文件没有写完"
    } else {
        return format!("解析器说：{detail}");
    };
    zh.to_owned()
}

/// What to do about Chinese punctuation in the line of `start`, or in the last one above that says something.
fn full_width(text: &str, start: usize) -> Option<(&'static str, &'static str)> {
    let start = crate::finding::floor(text, start);
    let first = line_start(text, start);
    let end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
    let above = text[..first].lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let lines = [text.get(first..end).unwrap_or_default(), above];
    let holds = |signs: &[char]| lines.iter().any(|line| outside_quotes(line).any(|c| signs.contains(&c)));
    if holds(&['：']) {
        Some(super::fields::COLON)
    } else if holds(&['，', '、']) {
        Some((
            "逗号要用半角 `,`；文字里的中文逗号请连文字一起加引号",
            "use a half-width comma `,`; a text with a Chinese comma goes in quotes",
        ))
    } else if holds(&['“', '”', '‘', '’']) {
        Some(("引号要用半角 `'` 或 `\"`", "use the half-width quotes `'` or `\"`"))
    } else if holds(&['｛', '｝', '［', '］', '【', '】']) {
        Some(("括号要用半角 `{}`、`[]`", "use the half-width brackets `{}` and `[]`"))
    } else {
        None
    }
}

/// The characters of a line that stand in no half-width quotes.
fn outside_quotes(line: &str) -> impl Iterator<Item = char> + '_ {
    let mut open: Option<char> = None;
    line.chars().filter(move |c| {
        match (open, *c) {
            (None, '\'' | '"') => open = Some(*c),
            (Some(quote), c) if quote == c => open = None,
            _ => {}
        }
        open.is_none()
    })
}

fn byte_of(text: &str, characters: usize) -> usize {
    text.char_indices().nth(characters).map_or(text.len(), |(offset, _)| offset)
}

fn next(text: &str, offset: usize) -> usize {
    text.get(offset..)
        .and_then(|rest| rest.chars().next())
        .filter(|c| *c != '\n')
        .map_or(offset, |c| offset + c.len_utf8())
}

fn line_start(text: &str, offset: usize) -> usize {
    let offset = crate::finding::floor(text, offset);
    text[..offset].rfind('\n').map_or(0, |newline| newline + 1)
}
