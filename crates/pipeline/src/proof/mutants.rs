//! Mutants: each condition of a pack negated, each of its lines moved by one unit. A test of the pack must fail on every one.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use engine::Rules;
use expr::{Compiled, Formula, FormulaNode, Node, NodeKind};
use pack::programme::{FeatureShape, Model, Reference};
use pack::test_table::{Asked, TestQuestion};
use pack::{Loaded, Programme};
use types::{BandEnd, Day, Decimal, EntryKey, KeyedTable, Period, Type, Value};

use super::model_test;
use super::table_test::Prepared;

/// One small error, seeded into the packs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// Id of the pack it is in.
    pub pack: String,
    /// What was changed: `W02`, `person.paid`, `:line`, a feed and its check.
    pub site: String,
    /// How: `not (paid >= :line)`, `300 -> 300.01`.
    pub change: String,
    /// Whether a test failed on it.
    pub caught: bool,
}

/// Seeds every mutant of `loaded`, on `threads` threads, and runs the tests that could notice it; `progress` hears how many of how
/// many are done. Parameters that no model and no feature reads are left alone. Packs with findings have none.
pub fn mutants(loaded: &Loaded, threads: usize, progress: impl Fn(usize, usize) + Sync) -> Vec<Mutant> {
    let Some(programme) = &loaded.programme else { return Vec::new() };
    let mut all = Walk::default();
    all.programme(&mut programme.clone());
    let sites = all.found;
    let proof = Proof::new(programme, loaded);
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let found: Mutex<Vec<(usize, Mutant)>> = Mutex::default();
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(site) = sites.get(number) else { return };
            if let Some(caught) = proof.catches(programme, number, &site.of) {
                let pack = programme.packs.get(site.pack).map_or_else(String::new, |pack| pack.id.clone());
                let mutant = Mutant { pack, site: site.of.words(), change: site.change.clone(), caught };
                found.lock().unwrap_or_else(PoisonError::into_inner).push((number, mutant));
            }
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, sites.len());
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.max(1) {
            scope.spawn(work);
        }
        work();
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort_by_key(|(number, _)| *number);
    found.into_iter().map(|(_, mutant)| mutant).collect()
}

/// What a mutant is in.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Of {
    Model(String),
    Value(Reference),
    Parameter(String),
    Check { feed: String, code: String },
}

impl Of {
    fn words(&self) -> String {
        match self {
            Self::Model(id) => id.clone(),
            Self::Value(reference) => format!("{}.{}", reference.kind, reference.name),
            Self::Parameter(name) => format!(":{name}"),
            Self::Check { feed, code } => format!("{feed}/{code}"),
        }
    }
}

/// A place where a mutant can be.
struct Site {
    pack: usize,
    of: Of,
    change: String,
}

/// Goes through everything that can be changed, always in one order; changes what has the wanted number.
#[derive(Default)]
struct Walk {
    wanted: Option<usize>,
    passed: usize,
    found: Vec<Site>,
}

impl Walk {
    fn site(&mut self, pack: usize, of: &Of, change: impl FnOnce() -> String) -> bool {
        let number = self.passed;
        self.passed += 1;
        if self.wanted.is_none() {
            self.found.push(Site { pack, of: of.clone(), change: change() });
        }
        self.wanted == Some(number)
    }

    fn programme(&mut self, programme: &mut Programme) {
        for model in programme.models.values_mut() {
            self.model(model);
        }
        for feature in &mut programme.features {
            let reference = Reference { kind: feature.kind.clone(), name: feature.name.clone(), attribute: false };
            let of = Of::Value(reference);
            let (filter, argument) = match &mut feature.shape {
                FeatureShape::Formula(compiled) => (Some(compiled), None),
                FeatureShape::Rows(spec) => (spec.filter.as_mut(), spec.aggregate.argument.as_mut()),
                FeatureShape::Members(spec) => (spec.filter.as_mut(), spec.aggregate.argument.as_mut()),
            };
            for compiled in filter.into_iter().chain(argument) {
                self.compiled(feature.pack, &of, compiled);
            }
        }
        for parameter in programme.parameters.values_mut() {
            let of = Of::Parameter(parameter.name.clone());
            for value in &mut parameter.values {
                let place = format!("{} {}", value.place, value.from);
                self.line(parameter.pack, &of, parameter.ty, &place, &mut value.value);
            }
        }
        for feed in programme.feeds.values_mut() {
            for check in &mut feed.checks {
                let of = Of::Check { feed: feed.name.clone(), code: check.code.clone() };
                self.compiled(feed.pack, &of, &mut check.must);
            }
        }
    }

    fn model(&mut self, model: &mut Model) {
        let of = Of::Model(model.id.clone());
        let levels = model.severity.levels.iter_mut().filter_map(|level| level.when.as_mut());
        for formula in model.population.iter_mut().chain([&mut model.when]).chain(levels) {
            let Formula { compiled, atoms, root } = formula;
            let texts: Vec<String> = atoms.iter().map(|atom| atom.written().to_owned()).collect();
            self.literals(model.pack, &of, &texts, root);
            for atom in atoms {
                self.constants(model.pack, &of, compiled, &mut atom.node);
            }
        }
    }

    fn literals(&mut self, pack: usize, of: &Of, texts: &[String], node: &mut FormulaNode) {
        match node {
            FormulaNode::Literal { atom, negated } => {
                if self.site(pack, of, || format!("not ({})", texts[*atom])) {
                    *negated = !*negated;
                }
            }
            FormulaNode::And(nodes) | FormulaNode::Or(nodes) => {
                for node in nodes {
                    self.literals(pack, of, texts, node);
                }
            }
        }
    }

    fn compiled(&mut self, pack: usize, of: &Of, compiled: &mut Compiled) {
        for exists in &mut compiled.exists {
            self.compiled(pack, of, &mut exists.condition);
        }
        let words = compiled.clone();
        self.conditions(pack, of, &words, &mut compiled.root);
        self.constants(pack, of, &words, &mut compiled.root);
    }

    /// Negates each condition that is not made of others.
    fn conditions(&mut self, pack: usize, of: &Of, words: &Compiled, node: &mut Node) {
        let is_joint =
            matches!(node.kind, NodeKind::And(_) | NodeKind::Or(_) | NodeKind::Not(_) | NodeKind::Literal(_));
        let is_case = matches!(node.kind, NodeKind::Case(..));
        if node.ty == Type::Bool && !is_joint && !is_case {
            if self.site(pack, of, || format!("not ({})", words.text_of(node))) {
                let inner = node.clone();
                node.kind = NodeKind::Not(Box::new(inner));
            }
            return;
        }
        for child in node.children_mut() {
            self.conditions(pack, of, words, child);
        }
    }

    /// Moves each constant that something is compared with.
    fn constants(&mut self, pack: usize, of: &Of, words: &Compiled, node: &mut Node) {
        if let NodeKind::Compare(_, left, right) = &mut node.kind {
            let (left_type, right_type) = (left.ty, right.ty);
            for (side, other) in [(left, right_type), (right, left_type)] {
                if let NodeKind::Literal(value) = &mut side.kind {
                    self.line(pack, of, other, &words.text, value);
                }
            }
        }
        for child in node.children_mut() {
            self.constants(pack, of, words, child);
        }
    }

    /// Moves `value`, of type `ty`, one unit up, and one down; of a table each value and each end of a band.
    fn line(&mut self, pack: usize, of: &Of, ty: Type, place: &str, value: &mut Value) {
        if let Value::Table(table) = value {
            let changed = self.table(pack, of, place, table);
            *value = changed.map_or_else(|| value.clone(), |table| Value::Table(Arc::new(table)));
            return;
        }
        for step in [1, -1] {
            let Some(moved) = moved(value, ty, step) else { continue };
            if self.site(pack, of, || format!("{place}: {value} -> {moved}")) {
                *value = moved;
                return;
            }
        }
    }

    fn table(&mut self, pack: usize, of: &Of, place: &str, table: &KeyedTable) -> Option<KeyedTable> {
        let mut changed = None;
        let rebuilt = |entries| KeyedTable::new(table.keys.clone(), table.ty, entries, table.basis.clone());
        for (row, entry) in table.entries().iter().enumerate() {
            let mut entries = table.entries().to_vec();
            let place = format!("{place}, {}", table.row_text(entry));
            self.line(pack, of, table.ty, &place, &mut entries[row].value);
            if entries[row].value != entry.value {
                changed = Some(rebuilt(entries));
            }
        }
        for (column, key) in table.keys.iter().enumerate() {
            // An end is that of one band and the beginning of the next: both move.
            let mut ends: Vec<Value> = Vec::new();
            for entry in table.entries() {
                let EntryKey::Within(band) = &entry.keys[column] else { continue };
                for BandEnd { value, .. } in band.from.iter().chain(&band.to) {
                    if !ends.contains(value) {
                        ends.push(value.clone());
                    }
                }
            }
            for end in ends {
                let mut to = end.clone();
                self.line(pack, of, key.ty, &format!("{place}, {}", key.name), &mut to);
                if to == end {
                    continue;
                }
                let mut entries = table.entries().to_vec();
                for entry in &mut entries {
                    let EntryKey::Within(band) = &mut entry.keys[column] else { continue };
                    for found in band.from.iter_mut().chain(&mut band.to).filter(|found| found.value == end) {
                        found.value = to.clone();
                    }
                }
                changed = Some(rebuilt(entries));
            }
        }
        changed
    }
}

/// `value` one unit of `ty` further (a fen, a day, a person), or back; `None` for what has no next.
fn moved(value: &Value, ty: Type, step: i32) -> Option<Value> {
    Some(match value {
        Value::Number(number) => {
            let scale = match ty {
                Type::Number { scale, .. } => scale.max(number.scale),
                _ => number.scale,
            };
            Value::Number(number.checked_add(Decimal::new(step.into(), scale))?)
        }
        Value::Day(day) => Value::Day(Day(day.0 + step)),
        Value::Month(month) => Value::Month(types::Month(month.0 + step)),
        Value::Year(year) => Value::Year(types::Year(year.0 + step)),
        Value::Period(period) => Value::Period(Period { days: period.days + step, ..*period }),
        Value::Bool(value) if step > 0 => Value::Bool(!value),
        _ => return None,
    })
}

/// The tests, each with what it stands on.
struct Proof<'l> {
    loaded: &'l Loaded,
    tables: Vec<Prepared<'l>>,
    /// Per table, per question: the rules behind what is asked.
    rules: Vec<Vec<Rules>>,
    /// Values and parameters that some model or feature reads.
    parameters_read: BTreeSet<String>,
}

impl<'l> Proof<'l> {
    fn new(programme: &Programme, loaded: &'l Loaded) -> Self {
        let tables: Vec<Prepared<'l>> =
            loaded.tables.iter().filter_map(|table| Prepared::new(programme, table).ok()).collect();
        let of = |question: &TestQuestion| match &question.asked {
            Asked::Model(id) => {
                programme.models.get(id).map(|model| engine::rules_of(programme, model)).unwrap_or_default()
            }
            Asked::Feature { of, name } => programme
                .resolve(of, None, name)
                .map(|reference| engine::rules_of_value(programme, &reference))
                .unwrap_or_default(),
        };
        let rules = tables.iter().map(|prepared| prepared.table.questions.iter().map(of).collect()).collect();
        let of_models = programme.models.values().map(|model| engine::rules_of(programme, model).parameters);
        let of_features = programme.features.iter().map(|feature| {
            let reference = Reference { kind: feature.kind.clone(), name: feature.name.clone(), attribute: false };
            engine::rules_of_value(programme, &reference).parameters
        });
        let parameters_read = of_models.chain(of_features).flatten().collect();
        Self { loaded, tables, rules, parameters_read }
    }

    /// Whether a test fails on the mutant `number`, which is in `of`; `None` where nothing reads it.
    fn catches(&self, programme: &Programme, number: usize, of: &Of) -> Option<bool> {
        if let Of::Parameter(name) = of
            && !self.parameters_read.contains(name)
        {
            return None;
        }
        let mut changed = programme.clone();
        Walk { wanted: Some(number), ..Walk::default() }.programme(&mut changed);
        let mut models = changed.models.values().filter(|model| match of {
            Of::Model(id) => model.id == *id,
            Of::Parameter(name) => engine::rules_of(programme, model).parameters.contains(name),
            Of::Value(_) | Of::Check { .. } => false,
        });
        if models.any(|model| model_test::prove(&changed, model).any(|outcome| outcome.failure.is_some())) {
            return Some(true);
        }
        if let Of::Check { feed, .. } = of {
            let mut tables = self.loaded.tables.iter();
            return Some(tables.any(|table| {
                let is_delivered = table.deliveries.iter().any(|delivery| delivery.feed == *feed);
                is_delivered && super::table_test::prove(&changed, table).iter().any(|one| one.failure.is_some())
            }));
        }
        let is_behind = |question: &TestQuestion, rules: &Rules| match of {
            Of::Model(id) => matches!(&question.asked, Asked::Model(asked) if asked == id),
            Of::Value(reference) => rules.values.contains(reference),
            Of::Parameter(name) => rules.parameters.contains(name),
            Of::Check { feed, .. } => rules.feeds.contains(feed),
        };
        Some(self.tables.iter().zip(&self.rules).any(|(prepared, rules)| {
            let questions = prepared.table.questions.iter().zip(rules);
            let mut concerned = questions.filter(|(question, rules)| is_behind(question, rules));
            concerned.any(|(question, _)| prepared.ask(&changed, question).iter().any(|one| one.failure.is_some()))
        }))
    }
}
