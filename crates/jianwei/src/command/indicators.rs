//! `jianwei indicators [--place CODE]`: target, actual and trend; with `--open ID` the list behind a number.

use ::pack::Programme;
use ::pack::programme::{Better, Indicator};
use pipeline::{IndicatorFigure, Inquiry};
use serde::Serialize;
use types::{Day, Decimal, EvidenceRow, Lang, SubjectRef, Text, ValueLine};

use super::explain::file_names;
use crate::cli::day;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Table, print, print_json};
use crate::render::{kind_title, value};
use server::mask::{View, canonical_key};

/// Days of a trend shown in a table; all of them are in the JSON.
const POINTS_SHOWN: usize = 2;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The place.
    #[arg(long, value_name = "CODE", help = "只看这个地区 | of this place only")]
    place: Option<String>,
    /// The pack.
    #[arg(long, value_name = "PACK", help = "只看这个业务包 | of this pack only")]
    pack: Option<String>,
    /// A.
    #[arg(long, value_name = "DATE", value_parser = day, help = "截至哪天，默认今天 | as of which day, today when not given")]
    as_of: Option<Day>,
    /// K.
    #[arg(long, value_name = "DATE", value_parser = day, help = "按哪天前收到的数据，默认同上 | known by which day, as above when not given")]
    known_by: Option<Day>,
    /// The list behind one of them.
    #[arg(long, value_name = "ID", help = "打开一个指标背后的清单 | the list behind one indicator")]
    open: Option<String>,
    /// How much of the list.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 100,
        requires = "open",
        help = "清单最多列出多少行 | rows of the list at most"
    )]
    limit: usize,
    /// Without asking about earlier days.
    #[arg(long, help = "不算趋势，快一些 | without the trend, which takes longer")]
    no_trend: bool,
    /// How it is written.
    #[arg(long, value_enum, default_value = "table", help = "输出格式 | how it is written")]
    format: Format,
}

/// One indicator of one place, as JSON.
#[derive(Serialize)]
struct IndicatorLine {
    indicator: String,
    pack: String,
    title: Text,
    place: SubjectRef,
    as_of: Day,
    actual: ValueLine,
    target: Option<ValueLine>,
    better: Option<&'static str>,
    met: Option<bool>,
    unit: Option<String>,
    trend: Vec<PointLine>,
    opens: bool,
    basis: Option<String>,
}

/// One earlier day.
#[derive(Serialize)]
struct PointLine {
    as_of: Day,
    /// `null` where the place was in no list then.
    actual: Option<ValueLine>,
}

/// The list behind a number, as JSON.
#[derive(Serialize)]
struct OpenedList {
    indicator: String,
    place: SubjectRef,
    as_of: Day,
    /// The feature whose members or rows these are.
    list: String,
    kind: String,
    count: usize,
    not_covered: u64,
    lines: Vec<OpenedLine>,
}

/// One member or row.
#[derive(Serialize)]
struct OpenedLine {
    subject: Option<String>,
    place: Option<String>,
    value: Option<String>,
    ty: Option<String>,
    row: Option<EvidenceRow>,
}

/// Prints them.
pub async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let folder = context.open().await?;
    let question = context.question(&folder, args.as_of, args.known_by).await?;
    let inquiry = Inquiry::at(&folder, question).await?;
    let programme = inquiry.programme();
    if let Some(pack) = args.pack.as_deref().filter(|id| !programme.packs.iter().any(|pack| pack.id == **id)) {
        let known = programme.packs.iter().map(|pack| pack.id.as_str()).collect::<Vec<_>>();
        return Err(Failure::refused(
            "unknown-pack",
            format!("没有业务包 `{pack}`；已有：{}", known.join("、")),
            format!("there is no pack `{pack}`; there are: {}", known.join(", ")),
        ));
    }
    let place = match &args.place {
        Some(place) => Some(canonical_key(programme, first_level(programme), place)?),
        None => None,
    };
    if let Some(id) = &args.open {
        return open(id, place.as_deref(), args, &inquiry, &folder, context).await;
    }
    let of_pack = |indicator: &Indicator| {
        let id = programme.packs.get(indicator.pack).map(|pack| pack.id.as_str());
        args.pack.as_deref().is_none_or(|pack| id == Some(pack))
    };
    let figures = inquiry.indicators(place.as_deref(), of_pack, !args.no_trend, context.threads)?;
    let what = format!("indicators place={} as_of={}", place.as_deref().unwrap_or("all"), question.as_of);
    let view = context.view(&folder, programme, &what).await?;
    let lines: Vec<IndicatorLine> =
        figures.into_iter().filter_map(|figure| line_of(figure, programme, &view, question.as_of)).collect();
    if args.format == Format::Json {
        print_json(&lines)?;
        return Ok(Exit::Ok);
    }
    print(&table(&lines, programme, context))?;
    let met = lines.iter().filter(|line| line.met == Some(true)).count();
    let missed = lines.iter().filter(|line| line.met == Some(false)).count();
    let (count, rest) = (lines.len(), lines.len() - met - missed);
    context.note(
        format!("{count} 个指标：{met} 个达到目标，{missed} 个没有，{rest} 个没有目标或无法认定"),
        format!("{count} indicators: {met} reach their target, {missed} do not, {rest} have none or are not known"),
    );
    Ok(Exit::Ok)
}

fn first_level(programme: &Programme) -> &str {
    programme.places().map_or("place", |register| register.name.as_str())
}

fn line_of(found: IndicatorFigure, programme: &Programme, view: &View<'_>, as_of: Day) -> Option<IndicatorLine> {
    let indicator = programme.indicators.get(&found.indicator)?;
    let with_unit = |line: ValueLine| ValueLine { unit: indicator.unit.clone(), ..view.value(&line) };
    Some(IndicatorLine {
        indicator: found.indicator,
        pack: programme.packs.get(indicator.pack).map(|pack| pack.id.clone()).unwrap_or_default(),
        title: indicator.title.clone(),
        place: view.subject(&found.figure.place),
        as_of,
        actual: with_unit(found.figure.actual),
        target: found.figure.target.map(with_unit),
        better: indicator.better.map(better_word),
        met: found.figure.met,
        unit: indicator.unit.clone(),
        trend: found
            .trend
            .into_iter()
            .map(|(as_of, actual)| PointLine { as_of, actual: actual.map(with_unit) })
            .collect(),
        opens: indicator.list.is_some(),
        basis: indicator.basis.clone(),
    })
}

fn better_word(better: Better) -> &'static str {
    match better {
        Better::Higher => "higher",
        Better::Lower => "lower",
    }
}

/// One table for each pack.
fn table(lines: &[IndicatorLine], programme: &Programme, context: &Context) -> String {
    let lang = context.lang;
    let mut text = String::new();
    for pack in &programme.packs {
        let own: Vec<&IndicatorLine> = lines.iter().filter(|line| line.pack == pack.id).collect();
        if own.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("{} {}\n", pack.id, pack.title.get(lang)));
        let mut table = Table::new([
            context.say("编号", "id"),
            context.say("指标", "indicator"),
            context.say("地区", "place"),
            context.say(">目标", ">target"),
            context.say(">实际", ">actual"),
            context.say("达标", "reached"),
            context.say("趋势", "trend"),
            context.say("原因", "reason"),
        ])
        .indent(2);
        for line in own {
            let place = kind_title(programme, &line.place.kind);
            table.row([
                line.indicator.clone(),
                line.title.get(lang).to_owned(),
                format!("{} {}", place.get(lang), line.place.key),
                target(line, programme, context),
                shown_short(&line.actual, programme, context),
                context.say(reached(line.met).0, reached(line.met).1).to_owned(),
                trend(line, programme, context),
                reasons(line, programme, lang),
            ]);
        }
        text.push_str(&table.render());
    }
    text
}

/// Why the number, or the target, is not known.
fn reasons(line: &IndicatorLine, programme: &Programme, lang: Lang) -> String {
    let mut reasons = line.actual.reasons.clone();
    reasons.extend(line.target.iter().flat_map(|target| target.reasons.clone()));
    if reasons.is_empty() { String::new() } else { value::reasons(programme, &reasons, lang) }
}

/// The target with its direction.
fn target(line: &IndicatorLine, programme: &Programme, context: &Context) -> String {
    let Some(target) = &line.target else { return context.say("不设", "none").to_owned() };
    let sign = match line.better {
        Some("lower") => "≤",
        _ => "≥",
    };
    format!("{sign} {}", shown_short(target, programme, context))
}

/// A value, or that it is not known: why is said at the end of the row.
fn shown_short(line: &ValueLine, programme: &Programme, context: &Context) -> String {
    if line.covered { shown(line, programme, context.lang) } else { context.say("未知", "unknown").to_owned() }
}

/// A mark and a word: neither alone carries the meaning.
fn reached(met: Option<bool>) -> (&'static str, &'static str) {
    match met {
        Some(true) => ("✓ 达到", "✓ yes"),
        Some(false) => ("✗ 未达", "✗ no"),
        None => ("—", "—"),
    }
}

/// A share as a percentage where the indicator says so, anything else with its unit.
fn shown(line: &ValueLine, programme: &Programme, lang: Lang) -> String {
    match (&line.value, line.unit.as_deref()) {
        (Some(share), Some("%")) if line.covered => value::percent(share).unwrap_or_else(|| share.clone()),
        _ => value::value(programme, line, lang),
    }
}

/// The earliest and the latest of the earlier days, and whether it got better since the latest.
fn trend(line: &IndicatorLine, programme: &Programme, context: &Context) -> String {
    let skipped = line.trend.len().saturating_sub(POINTS_SHOWN);
    let mut parts: Vec<String> = Vec::new();
    for (index, point) in line.trend.iter().enumerate() {
        if index > 0 && index <= skipped {
            if index == skipped {
                parts.push("…".to_owned());
            }
            continue;
        }
        let actual = match &point.actual {
            Some(actual) => shown_short(actual, programme, context),
            None => context.say("未知", "unknown").to_owned(),
        };
        parts.push(format!("{} {actual}", point.as_of));
    }
    let now = number(&line.actual);
    let before = line.trend.last().and_then(|point| point.actual.as_ref()).and_then(number);
    if let Some((now, before)) = now.zip(before) {
        let (mark, is_up) = match now.partial_cmp(&before) {
            Some(std::cmp::Ordering::Greater) => ("↑", Some(true)),
            Some(std::cmp::Ordering::Less) => ("↓", Some(false)),
            _ => ("=", None),
        };
        let word = match (is_up, line.better) {
            (None, _) => context.say("持平", "the same"),
            (_, None) => "",
            (Some(true), Some("higher")) | (Some(false), Some("lower")) => context.say("变好", "better"),
            _ => context.say("变差", "worse"),
        };
        parts.push(format!("{mark}{word}"));
    }
    parts.join(" ")
}

fn number(line: &ValueLine) -> Option<f64> {
    let text = line.value.as_deref().filter(|_| line.covered)?;
    Decimal::parse(text).map(Decimal::to_f64).or_else(|| text.parse().ok())
}

/// The list behind one number.
async fn open(
    id: &str,
    place: Option<&str>,
    args: &Args,
    inquiry: &Inquiry,
    folder: &pipeline::DataFolder,
    context: &Context,
) -> Result<Exit, Failure> {
    let programme = inquiry.programme();
    let indicator = inquiry.indicator(id)?;
    let Some(list) = &indicator.list else {
        return Err(Failure::refused(
            "nothing-to-list",
            format!("指标 `{id}` 是公式，没有写明 `list`，打不开清单"),
            format!("the indicator `{id}` is a formula and names no `list`"),
        ));
    };
    let mut places = inquiry.indicators(place, |other| other.id == id, false, context.threads)?;
    let found = match (places.pop(), places.is_empty()) {
        (Some(only), true) => only,
        (None, _) => {
            return Err(Failure::refused(
                "no-figure",
                format!("指标 `{id}` 在这里没有数"),
                format!("the indicator `{id}` has no number here"),
            )
            .hint("看看 `--place` 的层级", "is the place on a level of the indicator?"));
        }
        (Some(_), false) => {
            return Err(Failure::refused(
                "place-missing",
                format!("指标 `{id}` 有 {} 个地区，请写明 `--place`", places.len() + 1),
                format!("the indicator `{id}` has {} places: name one with `--place`", places.len() + 1),
            ));
        }
    };
    let figure = found.figure;
    let listing = inquiry.behind(indicator, &figure.place.kind, &figure.place.key, context.threads)?;
    let Some(listing) = listing else { return Err(Failure::fault(format!("no list behind {id}"))) };
    let as_of = inquiry.question().as_of;
    let view = context
        .view(folder, programme, &format!("indicators open={id} place={} as_of={as_of}", figure.place.key))
        .await?;
    let opened = OpenedList {
        indicator: id.to_owned(),
        place: view.subject(&figure.place),
        as_of,
        list: list.clone(),
        kind: listing.kind.clone(),
        count: listing.lines.len(),
        not_covered: listing.not_covered,
        lines: listing
            .lines
            .iter()
            .take(args.limit)
            .map(|line| OpenedLine {
                subject: line.subject.as_ref().map(|subject| view.key(&subject.kind, &subject.key)),
                place: line.place.as_ref().map(|place| view.place(&listing.kind, place)),
                value: line.value.as_ref().map(|value| hidden_unless(view.shows(line.class), value)),
                ty: line.ty.clone(),
                row: line.row.clone(),
            })
            .collect(),
    };
    if args.format == Format::Json {
        print_json(&opened)?;
        return Ok(Exit::Ok);
    }
    let files = file_names(folder).await?;
    let place = kind_title(programme, &opened.place.kind);
    let actual = ValueLine { unit: indicator.unit.clone(), ..view.value(&figure.actual) };
    let mut text = format!(
        "{id} {}\n  {} {}  {}  {}\n",
        indicator.title.get(context.lang),
        place.get(context.lang),
        opened.place.key,
        as_of,
        shown(&actual, programme, context.lang),
    );
    let kind = kind_title(programme, &opened.kind);
    let mut table = Table::new([
        kind.get(context.lang),
        context.say("地区", "place"),
        context.say(">数值", ">value"),
        context.say("文件", "file"),
        context.say(">行", ">row"),
    ])
    .indent(2);
    for line in &opened.lines {
        let ty = line.ty.as_deref().unwrap_or("text");
        let shown = line.value.as_ref().map(|text| value::with_unit(ty, None, text, context.lang));
        let row = line.row.as_ref();
        table.row([
            line.subject.clone().unwrap_or_else(|| context.say("未关联", "not linked").to_owned()),
            line.place.clone().unwrap_or_default(),
            shown.unwrap_or_default(),
            row.map(|row| files.get(&row.delivery).cloned().unwrap_or_else(|| row.feed.clone())).unwrap_or_default(),
            row.map(|row| row.row.to_string()).unwrap_or_default(),
        ]);
    }
    text.push_str(&table.render());
    print(&text)?;
    let (count, left) = (opened.count, opened.count.saturating_sub(opened.lines.len()));
    let unseen = opened.not_covered;
    context.note(
        format!("{count} 个，另有 {left} 个未列出，{unseen} 个没有数据"),
        format!("{count}, {left} of them not shown; {unseen} without data"),
    );
    Ok(Exit::Ok)
}

fn hidden_unless(is_shown: bool, value: &str) -> String {
    if is_shown { value.to_owned() } else { server::mask::HIDDEN.to_owned() }
}
