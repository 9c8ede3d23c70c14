//! A measure as tables for people, and as lists for spreadsheets.

use std::collections::BTreeMap;
use std::path::Path;

use pipeline::found::Found;
use server::mask::View;
use types::{SubjectRef, Text};

use super::compare::{Difference, Side, Tie};
use super::files::Case;
use super::measure::{Cause, Measured};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::Table;

/// One model, one pack or all of them, against the cases of a kind.
pub struct Line {
    /// Kind of case.
    pub kind: String,
    /// Model, pack, or `*`.
    pub name: String,
    /// Its title.
    pub title: Option<Text>,
    /// The figures.
    pub measured: Measured,
    /// The cases it was held against.
    pub cases: Vec<Case>,
    /// Kind of those that hits are laid to.
    pub owner_kind: String,
    /// Several models as one.
    pub is_union: bool,
}

/// Everything to show.
pub struct Page<'p> {
    /// How it is seen.
    pub view: &'p View<'p>,
    /// What was found.
    pub found: &'p Found,
    /// The figures.
    pub lines: Vec<Line>,
    /// Differences from the clean folder, where there is one.
    pub differences: Option<Vec<Difference>>,
}

impl Page<'_> {
    /// For people.
    pub fn text(&self, context: &Context) -> String {
        let (first, last) = (self.found.questions.first(), self.found.questions.last());
        let mut text = String::new();
        if let (Some(first), Some(last)) = (first, last) {
            let (first, last, many) = (first.as_of, last.as_of, self.found.questions.len());
            text.push_str(&match context.lang {
                types::Lang::Zh => format!("{first} 至 {last} 共 {many} 个时点，每个时点只用当时已收到的数据\n\n"),
                types::Lang::En => {
                    format!("{many} dates from {first} to {last}, each with what had been received by then\n\n")
                }
            });
        }
        text.push_str(&format!("== {} ==\n{}\n", context.say("发现了多少", "what was found"), self.measures(context)));
        text.push_str(&format!(
            "== {} ==\n{}\n",
            context.say("为何没有发现", "why cases were missed"),
            self.causes(context, true)
        ));
        text.push_str(&format!(
            "== {} ==\n{}\n",
            context.say("为何误报", "why hits were false"),
            self.causes(context, false)
        ));
        text.push_str(&format!(
            "== {} ==\n{}\n",
            context.say("真实情况的原因", "what the cases come from"),
            self.origins(context)
        ));
        text.push_str(&self.workload(context));
        if let Some(differences) = &self.differences {
            let title = context.say("与没有毛病的数据相比", "compared with files without defects");
            text.push_str(&format!("\n== {title} ==\n{}", self.compared(differences, context)));
        }
        text
    }

    fn measures(&self, context: &Context) -> String {
        let mut table = Table::new([
            context.say("类", "kind"),
            context.say("模型", "model"),
            context.say("名称", "title"),
            context.say(">真实", ">cases"),
            context.say(">发现", ">found"),
            context.say(">查全率", ">recall"),
            context.say(">可见", ">in reach"),
            context.say(">其中查全率", ">recall there"),
            context.say(">命中", ">hits"),
            context.say(">查准率", ">precision"),
            context.say(">提前天数（中位）", ">lead in days (median)"),
            context.say("备注", "remarks"),
        ]);
        for line in &self.lines {
            let measured = &line.measured;
            let perfect = measured.found == measured.cases && measured.right == measured.owners && measured.cases > 0;
            table.row([
                line.kind.clone(),
                if line.is_union { format!("[{}]", line.name) } else { line.name.clone() },
                line.title.as_ref().map(|title| title.get(context.lang).to_owned()).unwrap_or_default(),
                measured.cases.to_string(),
                measured.found.to_string(),
                share(measured.found, measured.cases),
                measured.in_reach.to_string(),
                share(measured.found_in_reach, measured.in_reach),
                measured.owners.to_string(),
                share(measured.right, measured.owners),
                measured.median_lead().map(|days| days.to_string()).unwrap_or_default(),
                if perfect {
                    context.say("全对：请查原因", "all right: look into it").to_owned()
                } else {
                    String::new()
                },
            ]);
        }
        table.render()
    }

    fn causes(&self, context: &Context, of_misses: bool) -> String {
        let mut table = Table::new([
            context.say("类", "kind"),
            context.say("模型", "model"),
            context.say("原因", "cause"),
            context.say(">数量", ">count"),
        ]);
        for line in &self.lines {
            let mut counts: BTreeMap<&Cause, usize> = BTreeMap::new();
            if of_misses {
                line.measured.misses.iter().for_each(|(_, cause)| *counts.entry(cause).or_default() += 1);
            } else {
                line.measured.false_hits.iter().for_each(|(_, _, cause)| *counts.entry(cause).or_default() += 1);
            }
            // What one model misses is mostly another's matter, and its false hits stand in the list: here packs are counted up.
            if !line.is_union && self.lines.iter().any(|other| other.is_union && other.kind == line.kind) {
                continue;
            }
            for (cause, count) in counts {
                let (zh, en) = cause.text();
                let name = if line.is_union { format!("[{}]", line.name) } else { line.name.clone() };
                table.row([line.kind.clone(), name, context.say(&zh, &en).to_owned(), count.to_string()]);
            }
        }
        table.render()
    }

    /// Cases by kind and cause, and how many of them the last line of their kind found.
    fn origins(&self, context: &Context) -> String {
        let mut table = Table::new([
            context.say("类", "kind"),
            context.say("原因", "cause"),
            context.say(">真实", ">cases"),
            context.say(">没有数据能反映", ">no feed shows it"),
            context.say(">发现", ">found"),
        ]);
        let lines: BTreeMap<&str, &Line> = self.lines.iter().map(|line| (line.kind.as_str(), line)).collect();
        for (kind, line) in lines {
            let missed: std::collections::BTreeSet<usize> =
                line.measured.misses.iter().map(|(position, _)| *position).collect();
            let mut causes: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
            for (position, case) in line.cases.iter().enumerate() {
                let counts = causes.entry(&case.cause).or_default();
                counts[0] += 1;
                counts[1] += usize::from(case.shown_by.is_empty());
                counts[2] += usize::from(!missed.contains(&position));
            }
            for (cause, counts) in causes {
                table.row([
                    kind.to_owned(),
                    cause.to_owned(),
                    counts[0].to_string(),
                    counts[1].to_string(),
                    counts[2].to_string(),
                ]);
            }
        }
        table.render()
    }

    /// Conversations per place and week, and how many of them were about something.
    fn workload(&self, context: &Context) -> String {
        let mut text = String::new();
        let (Some(first), Some(last)) = (self.found.questions.first(), self.found.questions.last()) else {
            return text;
        };
        let weeks = f64::from(last.as_of.0 - first.as_of.0) / 7.0;
        for line in self.lines.iter().filter(|line| line.is_union && weeks > 0.0 && self.found.places > 0) {
            let measured = &line.measured;
            #[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
            let rate = measured.owners as f64 / weeks / self.found.places as f64;
            let (name, places, right) = (&line.name, self.found.places, share(measured.right, measured.owners));
            text.push_str(&match context.lang {
                types::Lang::Zh => format!(
                    "[{name}] {}：{} 次走访，{places} 个地方每周平均 {rate:.2} 次，其中 {right} 属实（编造的数据，不代表真实命中率）\n",
                    line.kind, measured.owners
                ),
                types::Lang::En => format!(
                    "[{name}] {}: {} conversations, {rate:.2} a week in each of {places} places; {right} of them were about a case (invented: no real hit rate)\n",
                    line.kind, measured.owners
                ),
            });
        }
        text
    }

    fn compared(&self, differences: &[Difference], context: &Context) -> String {
        let mut models = Table::new([
            context.say("模型", "model"),
            context.say(">漏掉", ">lost"),
            context.say(">多出", ">added"),
            context.say(">日期不同", ">other dates"),
            context.say(">按行对上", ">tied to a row"),
            context.say(">按文件对上", ">tied to a file"),
            context.say(">无法解释", ">unexplained"),
        ]);
        let mut counts: BTreeMap<&str, [usize; 6]> = BTreeMap::new();
        let mut files: BTreeMap<&Tie, usize> = BTreeMap::new();
        let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
        for one in differences {
            let count = counts.entry(&one.model).or_default();
            count[match one.side {
                Side::Lost => 0,
                Side::Added => 1,
                Side::Moved => 2,
            }] += 1;
            match &one.tie {
                Tie::Row(what, ..) => {
                    count[3] += 1;
                    *rows.entry(what).or_default() += 1;
                }
                Tie::File(..) => {
                    count[4] += 1;
                    *files.entry(&one.tie).or_default() += 1;
                }
                Tie::Nothing => count[5] += 1,
            }
        }
        for (model, count) in &counts {
            models.row(std::iter::once((*model).to_owned()).chain(count.iter().map(usize::to_string)));
        }
        let total = |at: usize| counts.values().map(|count| count[at]).sum::<usize>().to_string();
        models.row(std::iter::once("*".to_owned()).chain((0..6).map(total)));
        let mut ties = Table::new([
            context.say("数据源", "feed"),
            context.say("期", "scope"),
            context.say("毛病", "defect"),
            context.say(">差异", ">differences"),
        ]);
        for (what, count) in rows {
            ties.row(["", "", what, &count.to_string()]);
        }
        for (tie, count) in files {
            if let Tie::File(feed, scope, what) = tie {
                ties.row([feed, scope, what, &count.to_string()]);
            }
        }
        format!("{}\n{}", models.render(), ties.render())
    }

    /// `misses.csv`, `false-hits.csv` and, where folders were compared, `differences.csv`.
    pub fn write(&self, folder: &Path) -> Result<(), Failure> {
        let mut misses = Table::new(["kind", "model", "subject", "from", "to", "case_cause", "cause"]);
        let mut hits = Table::new(["kind", "model", "subject", "first", "cause"]);
        let key =
            |kind: &str, key: &str| self.view.subject(&SubjectRef { kind: kind.to_owned(), key: key.to_owned() }).key;
        for line in &self.lines {
            for (position, cause) in &line.measured.misses {
                let Some(case) = line.cases.get(*position) else { continue };
                misses.row([
                    line.kind.clone(),
                    line.name.clone(),
                    key(&case.subject_kind, &case.subject),
                    case.from.to_string(),
                    case.to.map(|day| day.to_string()).unwrap_or_default(),
                    case.cause.clone(),
                    cause.word(),
                ]);
            }
            for (owner, first, cause) in &line.measured.false_hits {
                let owner = key(&line.owner_kind, owner);
                hits.row([line.kind.clone(), line.name.clone(), owner, first.to_string(), cause.word()]);
            }
        }
        save(folder, "misses.csv", &misses)?;
        save(folder, "false-hits.csv", &hits)?;
        let Some(differences) = &self.differences else { return Ok(()) };
        let mut table = Table::new(["model", "subject", "side", "first", "tie", "what", "file", "row"]);
        for one in differences {
            let (tie, what, file, row) = match &one.tie {
                Tie::Row(what, file, row) => ("row", what.clone(), file.clone(), row.to_string()),
                Tie::File(feed, scope, what) => ("file", what.clone(), format!("{feed} {scope}"), String::new()),
                Tie::Nothing => ("nothing", String::new(), String::new(), String::new()),
            };
            let (model, first) = (one.model.clone(), one.first.to_string());
            let subject = key(&one.kind, &one.key);
            table.row([model, subject, one.side.word().to_owned(), first, tie.to_owned(), what, file, row]);
        }
        save(folder, "differences.csv", &table)
    }
}

fn save(folder: &Path, name: &str, table: &Table) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| Failure::fault(format!("{}: {error}", folder.display())))?;
    let path = folder.join(name);
    std::fs::write(&path, crate::output::csv(table)?)
        .map_err(|error| Failure::fault(format!("{}: {error}", path.display())))
}

/// `12.3 %`.
fn share(part: usize, of: usize) -> String {
    if of == 0 {
        return String::new();
    }
    let tenths = part * 1_000 / of;
    format!("{}.{} %", tenths / 10, tenths % 10)
}
