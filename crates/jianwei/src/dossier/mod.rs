//! A pack as a readable dossier: one HTML page without anything from elsewhere, Chinese first, for the screen and for paper.
//!
//! `html` escapes, `graph` draws where a model's numbers come from, this file says what stands on the page.

mod graph;
mod html;

use std::collections::{BTreeMap, BTreeSet};

use pack::lineage::{
    Reads, feeds_of_kind, feeds_of_value, reads_of_feature, reads_of_model, texts_of_model, values_behind, wording,
};
use pack::programme::{
    AttributeSource, Better, Feature, Given, Mode, Model, ModelKind, ParameterValue, Reference, RhythmPeriod, Scope,
    Shape, Valid,
};
use pack::{Loaded, Programme};
use pipeline::proof::Outcome;
use types::{Class, Lang, Text, Value};

use self::html::{Html, both, cell, code, escaped};
use crate::render::kind_title;
use crate::words;

const STYLE: &str = include_str!("style.css");

/// Everything a pack says, and what it stands on.
struct Dossier<'l> {
    programme: &'l Programme,
    loaded: &'l Loaded,
    /// Number of the pack.
    pack: usize,
    outcomes: &'l [Outcome],
    models: Vec<&'l Model>,
    /// Features of the pack, and those of others that its models read.
    features: Vec<&'l Feature>,
    feeds: BTreeSet<String>,
    parameters: BTreeSet<String>,
}

/// The page of pack number `pack`; `outcomes` of its tests.
pub fn page(loaded: &Loaded, programme: &Programme, pack: usize, outcomes: &[Outcome]) -> String {
    let models: Vec<&Model> = programme.models.values().filter(|model| model.pack == pack).collect();
    let mut reads = Reads::default();
    for model in &models {
        let own = reads_of_model(programme, model);
        reads.values.extend(own.values);
        reads.parameters.extend(own.parameters);
    }
    for indicator in programme.indicators.values().filter(|indicator| indicator.pack == pack) {
        let names = indicator.list.iter().chain([&indicator.actual]);
        for (level, name) in indicator.levels.iter().flat_map(|level| names.clone().map(move |name| (level, name))) {
            reads.values.insert(Reference { kind: level.clone(), name: name.clone(), attribute: false });
        }
        reads.parameters.extend(indicator.target.clone());
    }
    let behind = values_behind(programme, &reads);
    let is_shown = |feature: &&Feature| {
        let reference = Reference { kind: feature.kind.clone(), name: feature.name.clone(), attribute: false };
        feature.pack == pack || behind.contains(&reference)
    };
    let features: Vec<&Feature> = programme.features.iter().filter(is_shown).collect();
    let mut feeds: BTreeSet<String> =
        programme.feeds.values().filter(|feed| feed.pack == pack).map(|feed| feed.name.clone()).collect();
    let mut parameters = reads.parameters;
    for value in &behind {
        feeds.extend(feeds_of_value(programme, value));
    }
    for feature in &features {
        let own = reads_of_feature(programme, feature);
        feeds.extend(own.feeds);
        parameters.extend(own.parameters);
    }
    for model in &models {
        feeds.extend(feeds_of_kind(programme, &model.subject));
    }
    let own = programme.parameters.values().filter(|parameter| parameter.pack == pack);
    parameters.extend(own.map(|parameter| parameter.name.clone()));
    Dossier { programme, loaded, pack, outcomes, models, features, feeds, parameters }.page()
}

impl Dossier<'_> {
    fn page(&self) -> String {
        let info = &self.programme.packs[self.pack];
        let mut html = Html::default();
        html.markup("<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
        html.text(&format!("{} {} · {}", info.title.zh, info.version, info.id)).markup("</title>\n<style>\n");
        html.markup(STYLE).markup("</style>\n</head>\n<body>\n<main>\n");
        self.head(&mut html);
        self.models(&mut html);
        self.indicators(&mut html);
        self.features(&mut html);
        self.parameters(&mut html);
        self.feeds(&mut html);
        self.registers(&mut html);
        self.tests(&mut html);
        html.open("footer", "").text(&format!("{} {} · {}", info.id, info.version, info.hash));
        html.markup("<br>").text("由 jianwei docs 生成；含义以 docs/semantics.md 为准 · made by jianwei docs; what values mean is in docs/semantics.md");
        html.close("footer").markup("</main>\n</body>\n</html>\n");
        html.finish()
    }

    fn head(&self, html: &mut Html) {
        let info = &self.programme.packs[self.pack];
        html.open("header", "").open("h1", "").both(&info.title).close("h1");
        html.open("ul", "facts");
        let failed = self.outcomes.iter().filter(|outcome| outcome.failure.is_some()).count();
        let passed = self.outcomes.len() - failed;
        let own_feeds = self.programme.feeds.values().filter(|feed| feed.pack == self.pack).count();
        let own_features = self.features.iter().filter(|feature| feature.pack == self.pack).count();
        let facts = [
            ("编号 id", info.id.clone()),
            ("版本 version", info.version.clone()),
            ("依赖 builds on", if info.builds_on.is_empty() { "—".to_owned() } else { info.builds_on.join(", ") }),
            ("模型 models", self.models.len().to_string()),
            ("特征 features", own_features.to_string()),
            ("数据源 feeds", own_feeds.to_string()),
            ("测试 tests", format!("{passed} ✓{}", if failed > 0 { format!("，{failed} ✗") } else { String::new() })),
            ("测试时点 tested as of", format!("{} · {}", info.test_as_of, info.test_place)),
        ];
        for (name, value) in facts {
            html.open("li", "").element("span", "en", name).markup(" ").element("b", "", &value).close("li");
        }
        html.close("ul").close("header");
        html.open("nav", "").markup("<ul>");
        for (anchor, zh, en) in SECTIONS {
            html.markup(&format!("<li><a href=\"#{anchor}\">")).both(&Text::new(zh, en)).markup("</a></li>\n");
        }
        for model in &self.models {
            html.markup(&format!("<li><a href=\"#model-{}\">", escaped(&model.id)));
            html.text(&format!("{} {}", model.id, model.title.zh)).markup("</a></li>\n");
        }
        html.markup("</ul>").close("nav");
    }

    fn models(&self, html: &mut Html) {
        section(html, 0);
        if self.models.is_empty() {
            html.element("p", "none", "无 none");
        }
        for model in &self.models {
            self.model(html, model);
        }
    }

    fn model(&self, html: &mut Html, model: &Model) {
        html.markup(&format!("<section class=\"card\" id=\"model-{}\">", escaped(&model.id)));
        html.element("span", "id", &model.id);
        html.open("h3", "").both(&model.title);
        if model.is_shadow {
            html.element("span", "mark", "影子 shadow");
        }
        if model.kind == ModelKind::DataQuality {
            html.element("span", "mark", "数据质量 data quality");
        }
        html.close("h3");
        if !model.explain.zh.is_empty() {
            html.open("div", "say").both(&model.explain).close("div");
        }
        let (population, when, levels) = texts_of_model(model);
        let kind = kind_title(self.programme, &model.subject);
        html.open("dl", "");
        line(html, "对象 subject", both(&kind));
        line(html, "范围 population", code(population.unwrap_or("全部 everyone")));
        line(html, "条件 when", code(when));
        let mut level_cell = Html::default();
        for (name, condition) in &levels {
            level_cell.text(words::level(name).get(Lang::Zh)).text(" ").element("span", "en", name);
            if let Some(condition) = condition {
                level_cell.text(" ").element("code", "", condition);
            }
            level_cell.markup("<br>");
        }
        if !levels.is_empty() {
            line(html, "级别 severity", level_cell);
        }
        if let Some(opens) = &model.opens {
            let title = self.programme.workflows.get(&opens.workflow).map(|workflow| workflow.title.clone());
            let title = title.unwrap_or_default();
            let mut opened = both(&title);
            opened.text(" → ").both(&kind_title(self.programme, &opens.subject));
            line(html, "转办 opens", opened);
        }
        if model.quiet_days > 0 {
            line(html, "静默 quiet", cell(format!("{} 天 days", model.quiet_days)));
        }
        line(html, "依据 basis", cell(model.basis.as_deref().unwrap_or("—")));
        html.close("dl");
        let reads = reads_of_model(self.programme, model);
        html.open("h4", "").text("数据流向 ").element("span", "en", "lineage: feed → feature → model").close("h4");
        graph::draw(html, self.programme, &model.id, &model.title, &reads);
        // With those that only the features behind it read, tables that they look something up in among them.
        let mut names = reads.parameters.clone();
        for value in values_behind(self.programme, &reads).iter().filter(|value| !value.attribute) {
            let feature = self.programme.feature(&value.kind, &value.name);
            names.extend(feature.into_iter().flat_map(|feature| reads_of_feature(self.programme, feature).parameters));
        }
        let parameters: Vec<String> = names.iter().map(|name| format!(":{name}")).collect();
        if !parameters.is_empty() {
            html.open("p", "key").text("参数 parameters: ");
            for name in &parameters {
                html.markup(&format!("<a href=\"#par-{}\">", escaped(name.trim_start_matches(':'))));
                html.element("code", "", name).markup("</a> ");
            }
            html.close("p");
        }
        html.open("h4", "").text("测试 ").element("span", "en", "tests").close("h4");
        let rows = model.tests.iter().map(|test| {
            let given: Vec<String> =
                test.given.iter().map(|(name, given)| format!("{name} = {}", given_text(given))).collect();
            let mut expect = words::answer(test.expect.answer).get(Lang::Zh).to_owned();
            if let Some(reason) = test.expect.reason {
                expect.push_str(&format!("（{}）", reason.text().zh));
            }
            if let Some(severity) = &test.expect.severity {
                expect.push_str(&format!("，{}", words::level(severity).zh));
            }
            vec![self.mark(&test.file, test.line), cell(&test.name), code(given.join("; ")), cell(expect)]
        });
        html.table(&[("", ""), ("情形", "case"), ("已知", "given"), ("应为", "expected")], rows.collect());
        html.close("section");
    }

    fn indicators(&self, html: &mut Html) {
        section(html, 1);
        let own = self.programme.indicators.values().filter(|indicator| indicator.pack == self.pack);
        let rows = own.map(|indicator| {
            let levels: Vec<String> =
                indicator.levels.iter().map(|level| kind_title(self.programme, level).zh).collect();
            let direction = match indicator.better {
                Some(Better::Higher) => "≥",
                Some(Better::Lower) => "≤",
                None => "",
            };
            let target =
                indicator.target.as_ref().map_or_else(|| "—".to_owned(), |target| format!("{direction} :{target}"));
            let trend =
                indicator.trend.map_or_else(|| "—".to_owned(), |trend| format!("{} × {}", trend.step, trend.points));
            vec![
                code(&indicator.id),
                both(&indicator.title),
                cell(levels.join("、")),
                code(&indicator.actual),
                code(target),
                cell(trend),
                code(indicator.list.as_deref().unwrap_or_default()),
                cell(indicator.basis.as_deref().unwrap_or("—")),
            ]
        });
        let headers = [
            ("编号", "id"),
            ("名称", "title"),
            ("层级", "of"),
            ("实际", "actual"),
            ("目标", "target"),
            ("趋势", "trend"),
            ("清单", "list"),
            ("依据", "basis"),
        ];
        html.table(&headers, rows.collect());
    }

    fn features(&self, html: &mut Html) {
        section(html, 2);
        let mut by_kind: BTreeMap<&str, Vec<&Feature>> = BTreeMap::new();
        for feature in &self.features {
            by_kind.entry(&feature.kind).or_default().push(feature);
        }
        for (kind, features) in by_kind {
            let title = kind_title(self.programme, kind);
            html.open("h4", "").both(&title).text(" ").element("code", "", kind).close("h4");
            let rows = features.into_iter().map(|feature| {
                let wording = wording(feature);
                let mut how = code(&wording.value);
                if let Some(from) = &wording.from {
                    how.markup("<br>").element("span", "kw", "from ").element("code", "", from);
                }
                if let Some(filter) = &wording.filter {
                    how.markup("<br>").element("span", "kw", "where ").element("code", "", filter);
                }
                if let Some(window) = &wording.window {
                    how.markup("<br>").element("span", "kw", "window ").element("code", "", window);
                }
                let mut name = code(&feature.name);
                if feature.pack != self.pack {
                    name.element("span", "mark", &self.programme.packs[feature.pack].id);
                }
                vec![
                    name,
                    both(&feature.title),
                    how,
                    cell(feature.unit.as_deref().map(|unit| server::said::unit(unit).zh).unwrap_or_default()),
                    cell(class(feature.class)),
                ]
            });
            let headers = [("名称", "name"), ("含义", "title"), ("算法", "how"), ("单位", "unit"), ("敏感级", "class")];
            html.table(&headers, rows.collect());
        }
    }

    fn parameters(&self, html: &mut Html) {
        section(html, 3);
        for name in &self.parameters {
            let Some(parameter) = self.programme.parameters.get(name) else { continue };
            html.markup(&format!("<section class=\"card\" id=\"par-{}\">", escaped(name)));
            html.element("span", "id", &format!(":{name}")).open("h3", "").both(&parameter.title);
            if parameter.pack != self.pack {
                html.element("span", "mark", &self.programme.packs[parameter.pack].id);
            }
            html.close("h3").element("p", "key", &parameter.ty.word());
            let rows = parameter.values.iter().map(|value| {
                vec![
                    cell(&value.place),
                    cell(valid(value)),
                    cell(value.known_from.map(|day| day.to_string()).unwrap_or_default()),
                    self.value(&value.value),
                    {
                        let mut basis = cell(&value.basis);
                        if value.example {
                            basis.element("span", "mark", "示例 example");
                        }
                        basis
                    },
                ]
            });
            let headers = [
                ("地区", "place"),
                ("有效期", "in force"),
                ("得知日", "known from"),
                ("值", "value"),
                ("来源", "source"),
            ];
            html.table(&headers, rows.collect());
            html.close("section");
        }
    }

    fn value(&self, value: &Value) -> Html {
        let Value::Table(table) = value else { return cell(value.to_string()) };
        let mut html = Html::default();
        let mut headers: Vec<(&str, &str)> = table.keys.iter().map(|key| (key.name.as_str(), "")).collect();
        headers.extend([("值", "value"), ("来源", "source")]);
        let rows = table.entries().iter().map(|entry| {
            let mut row: Vec<Html> = entry.keys.iter().map(|key| code(key.to_string())).collect();
            row.push(cell(entry.value.to_string()));
            row.push(cell(entry.basis.as_deref().unwrap_or_default()));
            row
        });
        html.table(&headers, rows.collect());
        html
    }

    fn feeds(&self, html: &mut Html) {
        section(html, 4);
        for name in &self.feeds {
            let Some(feed) = self.programme.feeds.get(name) else { continue };
            html.open("section", "card").element("span", "id", name).open("h3", "").both(&feed.title);
            if feed.pack != self.pack {
                html.element("span", "mark", &self.programme.packs[feed.pack].id);
            }
            html.close("h3").open("dl", "");
            line(html, "提供 provider", cell(feed.provider.as_deref().unwrap_or("—")));
            line(html, "协议 agreement", cell(feed.agreement.as_deref().unwrap_or("—")));
            line(html, "文件名 files", cell(feed.files.join("、")));
            line(html, "更新 mode", code(mode(&feed.mode)));
            let valid = match &feed.valid {
                Valid::Column(column) => column.as_str(),
                Valid::DataDate => "data date",
            };
            line(html, "发生日 valid", code(valid));
            let rhythm = match feed.rhythm.as_ref().map(|rhythm| rhythm.every) {
                Some(RhythmPeriod::Day) => "每日 daily",
                Some(RhythmPeriod::Month) => "每月 monthly",
                Some(RhythmPeriod::Year) if feed.rhythm.as_ref().is_some_and(|rhythm| rhythm.by.len() > 1) => {
                    "每年几次 several times a year"
                }
                Some(RhythmPeriod::Year) => "每年 yearly",
                None => "有事才报 on event",
            };
            let (grace, unknown) = (feed.grace_days, feed.unknown_after_days);
            let lateness = format!("{rhythm}，宽限 grace {grace} 天 d，{unknown} 天 d 后视为过期 lapsed");
            line(html, "节奏 rhythm", cell(lateness));
            let links: Vec<String> = feed.links.iter().map(|(kind, column)| format!("{kind}: {column}")).collect();
            line(html, "关联 links", code(links.join(", ")));
            html.close("dl");
            let rows = feed.columns.values().map(|column| {
                let words: Vec<String> =
                    column.words.iter().map(|(theirs, ours)| format!("{theirs} → {ours}")).collect();
                let mut ty = code(column.ty.word());
                if column.optional {
                    ty.element("span", "mark", "可空 optional");
                }
                vec![
                    code(&column.name),
                    cell(column.aliases.join("、")),
                    ty,
                    cell(class(column.class)),
                    cell(words.join("；")),
                ]
            });
            let headers =
                [("列", "column"), ("部门叫法", "headers"), ("类型", "type"), ("敏感级", "class"), ("代码", "codes")];
            html.table(&headers, rows.collect());
            if !feed.checks.is_empty() {
                html.open("p", "key").text("校验 checks: ");
                for check in &feed.checks {
                    html.element("code", "", &format!("{}: {}", check.code, check.must.text)).markup(" ");
                }
                html.close("p");
            }
            html.close("section");
        }
    }

    fn registers(&self, html: &mut Html) {
        section(html, 5);
        let subjects: BTreeSet<&str> = self
            .models
            .iter()
            .map(|model| model.subject.as_str())
            .chain(self.features.iter().map(|feature| feature.kind.as_str()))
            .collect();
        let is_shown = |name: &str, pack: usize| {
            pack == self.pack
                || subjects.iter().any(|kind| self.programme.register_of(kind).is_some_and(|found| found.name == name))
        };
        for register in self.programme.registers.values().filter(|register| is_shown(&register.name, register.pack)) {
            html.open("section", "card").element("span", "id", &register.name);
            html.open("h3", "").both(&register.title).close("h3");
            let made = match &register.shape {
                Shape::Members { members, .. } => format!("名单 lists: {}", members.join(", ")),
                Shape::Place { levels, .. } => format!("层级 levels: {}", levels.join(" › ")),
                Shape::Derived { feed, key, .. } => format!("由 from {feed}，键 key {}", key.join(" | ")),
            };
            html.element("p", "key", &made);
            let rows = register.attributes.values().map(|attribute| {
                let source = match &attribute.source {
                    AttributeSource::Columns(columns) => {
                        columns.iter().map(|(feed, column)| format!("{feed}.{column}")).collect::<Vec<_>>().join(", ")
                    }
                    AttributeSource::Listed(feeds) => format!("listed: {}", feeds.join(", ")),
                };
                vec![
                    code(&attribute.name),
                    both(&attribute.title),
                    code(attribute.ty.word()),
                    code(source),
                    cell(class(attribute.class)),
                ]
            });
            let headers =
                [("属性", "attribute"), ("含义", "title"), ("类型", "type"), ("取自", "from"), ("敏感级", "class")];
            html.table(&headers, rows.collect());
            html.close("section");
        }
    }

    fn tests(&self, html: &mut Html) {
        section(html, 6);
        let id = &self.programme.packs[self.pack].id;
        let own = |file: &str| file.split('/').rev().nth(2).is_some_and(|folder| folder == id);
        let rows = self.loaded.tables.iter().filter(|table| own(&table.file)).map(|table| {
            let outcomes: Vec<&Outcome> = self.outcomes.iter().filter(|outcome| outcome.file == table.file).collect();
            let failed = outcomes.iter().filter(|outcome| outcome.failure.is_some()).count();
            let feeds: BTreeSet<&str> = table.deliveries.iter().map(|delivery| delivery.feed.as_str()).collect();
            let file = table.file.rsplit('/').next().unwrap_or_default();
            let answers: usize = table.questions.iter().map(|question| question.expect.len()).sum();
            vec![
                verdict(outcomes.is_empty(), failed > 0),
                cell(&table.title),
                code(file),
                cell(feeds.into_iter().collect::<Vec<_>>().join(", ")),
                cell(format!("{} / {answers}", table.questions.len())),
            ]
        });
        let headers = [
            ("", ""),
            ("手工算好的表", "worked out by hand"),
            ("文件", "file"),
            ("数据源", "feeds"),
            ("问题 / 答案", "questions / answers"),
        ];
        html.table(&headers, rows.collect());
    }

    /// Whether the test at this place passed.
    fn mark(&self, file: &str, line: usize) -> Html {
        let outcome = self.outcomes.iter().find(|outcome| outcome.file == file && outcome.line == line);
        verdict(outcome.is_none(), outcome.is_some_and(|outcome| outcome.failure.is_some()))
    }
}

/// Anchors and titles, in order.
const SECTIONS: [(&str, &str, &str); 7] = [
    ("models", "模型", "models"),
    ("indicators", "指标", "indicators"),
    ("features", "特征", "features"),
    ("parameters", "参数：来源和有效期", "parameters: source and validity"),
    ("feeds", "数据源", "feeds"),
    ("registers", "底册", "registers"),
    ("tests", "表格测试", "table tests"),
];

fn section(html: &mut Html, number: usize) {
    let (anchor, zh, en) = SECTIONS[number];
    html.heading(2, anchor, zh, en);
}

fn line(html: &mut Html, name: &str, value: Html) {
    html.element("dt", "", name).open("dd", "").markup(&value.finish()).close("dd");
}

fn verdict(is_unknown: bool, is_failed: bool) -> Html {
    let mut html = Html::default();
    match (is_unknown, is_failed) {
        (true, _) => html.element("span", "mark", "—"),
        (_, true) => html.element("span", "mark bad", "✗ 未过 failed"),
        _ => html.element("span", "mark good", "✓"),
    };
    html
}

fn given_text(given: &Given) -> String {
    match given {
        Given::Value(value) => value.to_string(),
        Given::NotCovered(None) => "not covered".to_owned(),
        Given::NotCovered(Some(reason)) => format!("not covered: {}", reason.word()),
    }
}

fn valid(value: &ParameterValue) -> String {
    match value.to {
        Some(to) => format!("{} — {to}", value.from),
        None => format!("{} 起 on", value.from),
    }
}

fn class(class: Class) -> &'static str {
    match class {
        Class::Open => "公开 open",
        Class::Internal => "内部 internal",
        Class::Sensitive => "敏感 sensitive",
        Class::Secret => "保密 secret",
    }
}

fn mode(mode: &Mode) -> String {
    match mode {
        Mode::Append => "append".to_owned(),
        Mode::Upsert(key) => format!("upsert({})", key.join(", ")),
        Mode::Snapshot(Scope::All) => "snapshot(all)".to_owned(),
        Mode::Snapshot(Scope::ByMonth) => "snapshot(by month)".to_owned(),
        Mode::Snapshot(Scope::ByYear) => "snapshot(by year)".to_owned(),
        Mode::Snapshot(Scope::ByColumn(column)) => format!("snapshot(by {column})"),
    }
}
