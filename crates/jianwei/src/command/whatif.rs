//! `jianwei whatif --model M --set :line=VALUE | --when "CONDITION"`: who would enter and leave, where, and how many visits.

use std::io::IsTerminal as _;

use ::pack::Programme;
use engine::{Counts, Group, Moves};
use pipeline::{ByPlace, ByValue, ChangeRequest, Inquiry, TriedLine, Visits, WhatIfAnswer, WhatIfRequest};
use serde::Serialize;
use types::{Day, Lang, Question, SubjectRef, Text, Type};

use crate::cli::day;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{PageFormat, Table, print, print_json};
use crate::render::{kind_title, value};
use server::mask::View;

/// Rows of a table by place or value before the rest is only counted.
const ROWS_SHOWN: usize = 30;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The model.
    #[arg(long, value_name = "M", help = "模型 | the model")]
    model: String,
    /// Lines and their values.
    #[arg(
        long,
        value_name = ":LINE=VALUE",
        value_parser = line,
        required_unless_present = "when",
        help = "试一条线的取值，可多次 | a line and the value to try; may be repeated"
    )]
    set: Vec<(String, String)>,
    /// A condition instead of the model's.
    #[arg(
        long,
        value_name = "CONDITION",
        help = "换成这个条件 | a condition to stand in the place of the model's `when`"
    )]
    when: Option<String>,
    /// A.
    #[arg(
        long,
        visible_alias = "at",
        value_name = "DATE",
        value_parser = day,
        help = "截至哪天，默认今天 | as of which day, today when not given"
    )]
    as_of: Option<Day>,
    /// K.
    #[arg(long, value_name = "DATE", value_parser = day, help = "按哪天前收到的数据，默认同上 | known by which day, as above when not given")]
    known_by: Option<Day>,
    /// Attribute or feature.
    #[arg(
        long,
        value_name = "NAME",
        help = "再按这个属性或特征的取值分 | also by the values of this attribute or feature"
    )]
    by: Option<String>,
    /// Place level.
    #[arg(long, value_name = "LEVEL", help = "按哪一级地区分 | the place level to count by")]
    level: Option<String>,
    /// Weeks.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 4,
        value_parser = clap::value_parser!(u32).range(1..=520),
        help = "几周内走完新增的 | weeks within which the new hits are visited"
    )]
    weeks: u32,
    /// Keys too.
    #[arg(long, help = "列出进来和出去的对象（掩码） | list who enters and leaves, masked")]
    list: bool,
    /// How it is written.
    #[arg(long, value_enum, default_value = "table", help = "输出格式 | how it is written")]
    format: PageFormat,
    /// The same as `--format json`.
    #[arg(long, help = "同 --format json | the same as --format json")]
    json: bool,
}

/// `:line=8000`.
fn line(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("应写成 :line=8000 | it is written :line=8000")?;
    let name = name.trim();
    Ok((name.strip_prefix(':').unwrap_or(name).to_owned(), value.trim().to_owned()))
}

/// Tries the change; nothing in the folder moves.
pub async fn run(args: &Args, context: &Context) -> Result<Exit, Failure> {
    let folder = context.open().await?;
    let question = context.question(&folder, args.as_of, args.known_by).await?;
    let inquiry = Inquiry::at(&folder, question).await?;
    let request = WhatIfRequest {
        model: args.model.clone(),
        change: ChangeRequest { lines: args.set.clone(), when: args.when.clone() },
        by: args.by.clone(),
        level: args.level.clone(),
        weeks: args.weeks,
        threads: context.threads,
        listed: None,
        within: None,
    };
    let answer = inquiry.what_if(&request)?;
    let programme = inquiry.programme();
    let (as_of, known_by) = (question.as_of, question.known_by);
    let what = format!("whatif model={} as_of={as_of} known_by={known_by}", args.model);
    let view = context.view(&folder, programme, &what).await?;
    if let Some(by) = &answer.by_value {
        refuse_hidden(&view, by)?;
    }
    for finding in answer.change.remarks.iter().filter(|_| !context.quiet) {
        eprintln!("{}", finding.render(&answer.change.sources, context.lang, std::io::stderr().is_terminal()));
    }
    let page = Page { programme, view: &view, answer: &answer, question, when: args.when.as_deref() };
    if args.json || args.format == PageFormat::Json {
        print_json(&page.json(args.list))?;
    } else {
        print(&page.text(args.list, context.lang))?;
    }
    Ok(Exit::Ok)
}

/// Values of a masked class would be told by being told apart.
fn refuse_hidden(view: &View<'_>, by: &ByValue) -> Result<(), Failure> {
    let described = view.programme.describe(&by.reference);
    if described.is_some_and(|(_, class, _)| view.shows(class)) {
        return Ok(());
    }
    let name = &by.reference.name;
    Err(Failure::refused(
        "masked-value",
        format!("`{name}` 的取值是掩码的，不能按它分"),
        format!("the values of `{name}` are masked, hits cannot be told apart by them"),
    ))
}

/// A trial as JSON.
#[derive(Serialize)]
struct WhatIfLine {
    model: String,
    title: Text,
    kind: String,
    as_of: Day,
    known_by: Day,
    set: Vec<SetLine>,
    when: Option<String>,
    before: CountsLine,
    after: CountsLine,
    moves: MovesLine,
    by_place: Option<ByPlaceLine>,
    by_value: Option<ByValueLine>,
    visits: Option<VisitsLine>,
    enter: Option<Vec<SubjectRef>>,
    leave: Option<Vec<SubjectRef>>,
}

/// A line that is tried.
#[derive(Serialize)]
struct SetLine {
    parameter: String,
    ty: String,
    to: String,
    from: Vec<InForceLine>,
}

/// A value in force.
#[derive(Serialize)]
struct InForceLine {
    place: String,
    value: String,
}

#[derive(Serialize)]
struct CountsLine {
    hit: u64,
    clear: u64,
    undetermined: u64,
    outside: u64,
}

#[derive(Serialize)]
struct MovesLine {
    stay: u64,
    enter: u64,
    leave: u64,
}

#[derive(Serialize)]
struct ByPlaceLine {
    level: String,
    places: Vec<PlaceLine>,
}

#[derive(Serialize)]
struct PlaceLine {
    place: Option<String>,
    #[serde(flatten)]
    moves: MovesLine,
}

#[derive(Serialize)]
struct ByValueLine {
    kind: String,
    name: String,
    values: Vec<GroupLine>,
}

/// As in explanations: no value and covered is *none*, no value and not covered is *unknown*.
#[derive(Serialize)]
struct GroupLine {
    value: Option<String>,
    covered: bool,
    #[serde(flatten)]
    moves: MovesLine,
}

#[derive(Serialize)]
struct VisitsLine {
    kind: String,
    count: u64,
    unlinked: u64,
    weeks: u32,
    per_week: f64,
    level: Option<String>,
    places: Vec<VisitLine>,
}

#[derive(Serialize)]
struct VisitLine {
    place: Option<String>,
    count: u64,
    per_week: f64,
}

/// A trial and its reader.
struct Page<'p> {
    programme: &'p Programme,
    view: &'p View<'p>,
    answer: &'p WhatIfAnswer,
    question: Question,
    when: Option<&'p str>,
}

impl Page<'_> {
    fn json(&self, list: bool) -> WhatIfLine {
        let answer = self.answer;
        let model = &answer.change.model;
        let keys = |keys: &[String]| {
            list.then(|| {
                let subjects = keys.iter().map(|key| SubjectRef { kind: model.subject.clone(), key: key.clone() });
                subjects.map(|subject| self.view.subject(&subject)).collect()
            })
        };
        WhatIfLine {
            model: model.id.clone(),
            title: model.title.clone(),
            kind: model.subject.clone(),
            as_of: self.question.as_of,
            known_by: self.question.known_by,
            set: answer.change.lines.iter().map(set_line).collect(),
            when: self.when.map(str::to_owned),
            before: counts_line(answer.before),
            after: counts_line(answer.after),
            moves: moves_line(answer.moves),
            by_place: answer.by_place.as_ref().map(by_place_line),
            by_value: answer.by_value.as_ref().map(by_value_line),
            visits: answer.visits.as_ref().map(visits_line),
            enter: keys(&answer.enter),
            leave: keys(&answer.leave),
        }
    }

    fn text(&self, list: bool, lang: Lang) -> String {
        let say = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
        let answer = self.answer;
        let model = &answer.change.model;
        let mut text = format!("{} {}\n", model.id, model.title.get(lang));
        let Question { as_of, known_by } = self.question;
        text.push_str(&match lang {
            Lang::Zh => format!("截至 {as_of}，依据 {known_by} 前收到的数据\n"),
            Lang::En => format!("as of {as_of}, known by {known_by}\n"),
        });
        for line in &answer.change.lines {
            text.push_str(&self.tried(line, lang));
        }
        if let Some(when) = self.when {
            text.push_str(&format!("{}{}\n", say("条件改为 ", "when: "), crate::output::plain(when.trim())));
        }
        text.push('\n');
        text.push_str(&counts(answer.before, answer.after, lang));
        text.push('\n');
        if let Some(by_place) = &answer.by_place {
            let title = kind_title(self.programme, &by_place.level);
            let rows = by_place.places.iter().map(|(place, moves)| (named(place, lang), *moves)).collect();
            text.push_str(&moves(title.get(lang), rows, lang));
            text.push('\n');
        }
        if let Some(by_value) = &answer.by_value {
            text.push_str(&self.by_value(by_value, lang));
            text.push('\n');
        }
        if let Some(visits) = &answer.visits {
            text.push_str(&self.visits(visits, lang));
        }
        if list && !(answer.enter.is_empty() && answer.leave.is_empty()) {
            text.push('\n');
            for (heading, keys) in [(say("进来", "enters"), &answer.enter), (say("出去", "leaves"), &answer.leave)]
            {
                for key in keys {
                    let subject = SubjectRef { kind: model.subject.clone(), key: self.view.key(&model.subject, key) };
                    let kind = kind_title(self.programme, &subject.kind);
                    text.push_str(&format!("{heading}  {} {}\n", kind.get(lang), crate::output::plain(&subject.key)));
                }
            }
        }
        text
    }

    /// `:fine_line（提醒线） 100.00 元（99） -> 50.00 元`
    fn tried(&self, line: &TriedLine, lang: Lang) -> String {
        let title = self.programme.parameters.get(&line.name).map(|parameter| parameter.title.get(lang));
        let from = line.from.iter().map(|(place, value)| {
            let value = value::as_written(line.ty, &value.to_string(), lang);
            if lang == Lang::Zh { format!("{value}（{place}）") } else { format!("{value} ({place})") }
        });
        let mut from = from.collect::<Vec<_>>().join(if lang == Lang::Zh { "、" } else { ", " });
        if from.is_empty() {
            from = if lang == Lang::Zh { "无" } else { "none" }.to_owned();
        }
        let to = value::as_written(line.ty, &line.to.to_string(), lang);
        format!(":{} {}  {from} -> {to}\n", line.name, title.unwrap_or_default())
    }

    fn by_value(&self, by: &ByValue, lang: Lang) -> String {
        let title = match self
            .programme
            .register_of(&by.reference.kind)
            .and_then(|register| register.attributes.get(&by.reference.name).filter(|_| by.reference.attribute))
        {
            Some(attribute) => attribute.title.get(lang),
            None => self
                .programme
                .feature(&by.reference.kind, &by.reference.name)
                .map_or(by.reference.name.as_str(), |feature| feature.title.get(lang)),
        };
        let ty = self.programme.describe(&by.reference).map_or(Type::Text, |(ty, ..)| ty);
        let group = |group: &Group| match (group, lang) {
            (Group::Value(text), _) => value::as_written(ty, text, lang),
            (Group::Nothing, Lang::Zh) => "无".to_owned(),
            (Group::Nothing, Lang::En) => "none".to_owned(),
            (Group::Unknown, Lang::Zh) => "未知".to_owned(),
            (Group::Unknown, Lang::En) => "unknown".to_owned(),
        };
        moves(title, by.values.iter().map(|(value, moves)| (group(value), *moves)).collect(), lang)
    }

    fn visits(&self, visits: &Visits, lang: Lang) -> String {
        let kind = kind_title(self.programme, &visits.kind);
        let (count, weeks) = (visits.count, visits.weeks);
        let mut text = match lang {
            Lang::Zh => format!(
                "{weeks} 周内走访新增命中：{count} 次（每个{}一次），每周 {:.2} 次\n",
                kind.zh,
                per_week(count, weeks)
            ),
            Lang::En => format!(
                "visits to the new hits within {weeks} weeks: {count} (one for each {}), {:.2} a week\n",
                kind.en.to_lowercase(),
                per_week(count, weeks)
            ),
        };
        if visits.unlinked > 0 {
            text.push_str(&match lang {
                Lang::Zh => format!("另有 {} 个新增命中没有可走访的对象\n", visits.unlinked),
                Lang::En => format!("{} new hits belong to nobody who could be visited\n", visits.unlinked),
            });
        }
        let Some(level) = visits.level.as_deref().filter(|_| count > 0) else { return text };
        let level = kind_title(self.programme, level);
        let headers = match lang {
            Lang::Zh => [level.zh.as_str(), ">走访", ">每周"],
            Lang::En => [level.en.as_str(), ">visits", ">a week"],
        };
        let mut table = Table::new(headers);
        let mut rows: Vec<(&String, &u64)> = visits.places.iter().collect();
        // The busiest first: they say whether it can be done.
        rows.sort_by_key(|(place, count)| (std::cmp::Reverse(**count), *place));
        for (place, count) in rows.iter().take(ROWS_SHOWN) {
            table.row([named(place, lang), count.to_string(), format!("{:.2}", per_week(**count, weeks))]);
        }
        text.push_str(&table.render());
        text.push_str(&rest(rows.len(), lang));
        text
    }
}

/// The two lines of answers.
fn counts(before: Counts, after: Counts, lang: Lang) -> String {
    let headers = match lang {
        Lang::Zh => ["", ">命中", ">未命中", ">无法认定", ">不在范围"],
        Lang::En => ["", ">hit", ">clear", ">undetermined", ">outside"],
    };
    let mut table = Table::new(headers);
    let names = if lang == Lang::Zh { ["现在", "改后"] } else { ["now", "then"] };
    for (name, counts) in names.into_iter().zip([before, after]) {
        let numbers = [counts.hit, counts.clear, counts.undetermined, counts.outside];
        table.row([name.to_owned()].into_iter().chain(numbers.map(|number| number.to_string())));
    }
    table.render()
}

/// Hits now and then, with who comes and goes, by `heading`; a last line for all.
fn moves(heading: &str, rows: Vec<(String, Moves)>, lang: Lang) -> String {
    let headers = match lang {
        Lang::Zh => [heading, ">现在", ">改后", ">进来", ">出去"],
        Lang::En => [heading, ">now", ">then", ">enter", ">leave"],
    };
    let mut table = Table::new(headers);
    let mut all = Moves::default();
    let line = |name: String, moves: &Moves| {
        let numbers = [moves.stay + moves.leave, moves.stay + moves.enter, moves.enter, moves.leave];
        [name].into_iter().chain(numbers.map(|number| number.to_string())).collect::<Vec<_>>()
    };
    for (index, (name, moves)) in rows.iter().enumerate() {
        all.stay += moves.stay;
        all.enter += moves.enter;
        all.leave += moves.leave;
        if index < ROWS_SHOWN {
            table.row(line(name.clone(), moves));
        }
    }
    table.row(line(if lang == Lang::Zh { "合计" } else { "all" }.to_owned(), &all));
    table.render() + &rest(rows.len(), lang)
}

fn rest(rows: usize, lang: Lang) -> String {
    match (rows.saturating_sub(ROWS_SHOWN), lang) {
        (0, _) => String::new(),
        (rest, Lang::Zh) => format!("另有 {rest} 行，见 --format json\n"),
        (rest, Lang::En) => format!("and {rest} more rows, see --format json\n"),
    }
}

/// A place code, or words for none.
fn named(place: &str, lang: Lang) -> String {
    match (place, lang) {
        ("", Lang::Zh) => "无地区".to_owned(),
        ("", Lang::En) => "no place".to_owned(),
        (place, _) => place.to_owned(),
    }
}

fn per_week(count: u64, weeks: u32) -> f64 {
    count as f64 / f64::from(weeks.max(1))
}

fn set_line(line: &TriedLine) -> SetLine {
    SetLine {
        parameter: line.name.clone(),
        ty: line.ty.word(),
        to: line.to.to_string(),
        from: line
            .from
            .iter()
            .map(|(place, value)| InForceLine { place: place.clone(), value: value.to_string() })
            .collect(),
    }
}

fn counts_line(counts: Counts) -> CountsLine {
    let Counts { hit, clear, undetermined, outside } = counts;
    CountsLine { hit, clear, undetermined, outside }
}

fn moves_line(moves: Moves) -> MovesLine {
    let Moves { stay, enter, leave } = moves;
    MovesLine { stay, enter, leave }
}

fn place_of(code: &str) -> Option<String> {
    (!code.is_empty()).then(|| code.to_owned())
}

fn by_place_line(by: &ByPlace) -> ByPlaceLine {
    let places = by.places.iter().map(|(place, moves)| PlaceLine { place: place_of(place), moves: moves_line(*moves) });
    ByPlaceLine { level: by.level.clone(), places: places.collect() }
}

fn by_value_line(by: &ByValue) -> ByValueLine {
    let values = by.values.iter().map(|(group, moves)| GroupLine {
        value: match group {
            Group::Value(text) => Some(text.clone()),
            Group::Nothing | Group::Unknown => None,
        },
        covered: *group != Group::Unknown,
        moves: moves_line(*moves),
    });
    ByValueLine { kind: by.reference.kind.clone(), name: by.reference.name.clone(), values: values.collect() }
}

fn visits_line(visits: &Visits) -> VisitsLine {
    let places = visits.places.iter().map(|(place, count)| VisitLine {
        place: place_of(place),
        count: *count,
        per_week: per_week(*count, visits.weeks),
    });
    VisitsLine {
        kind: visits.kind.clone(),
        count: visits.count,
        unlinked: visits.unlinked,
        weeks: visits.weeks,
        per_week: per_week(visits.count, visits.weeks),
        level: visits.level.clone(),
        places: places.collect(),
    }
}
