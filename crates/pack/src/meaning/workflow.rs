//! Workflows, roles and the calendar: names resolved, guards typed, no state without a way in and a way out.

use std::collections::{BTreeMap, BTreeSet};

use codes::CalendarYear;
use types::{Class, Type};

use super::expression;
use super::scope::{Ground, Seen, Sight};
use super::world::{Namespace, World};
use crate::code;
use crate::finding::Findings;
use crate::programme::{
    Action, CaseSource, FormField, Guard, MeasureKind, Publication, Returns, Role, State, Steps, Term, WholeClock,
    Workflow,
};
use crate::raw::{At, RawGuard, RawRole, RawSteps, RawTerm, RawWorkflow, RawYear};

/// The names of all workflows, so that models can open them.
pub(crate) fn names(raws: &[RawWorkflow], world: &mut World, findings: &mut Findings) {
    for raw in raws {
        if world.define(Namespace::Workflow, &raw.id.value, raw.id.at, findings) {
            let id = raw.id.value.clone();
            let title = raw.title.clone().unwrap_or_default();
            world.programme.workflows.insert(id.clone(), Workflow { id, pack: raw.pack, title, steps: None });
        }
    }
}

pub(crate) fn calendar(raws: &[RawYear], world: &mut World, findings: &mut Findings) {
    for raw in raws {
        let Ok(year) = raw.year.value.parse::<i32>() else {
            findings.error(
                code::BAD_DATE,
                raw.year.at,
                format!("`{}` 不是年份", raw.year.value),
                format!("`{}` is not a year", raw.year.value),
            );
            continue;
        };
        for day in raw.holidays.iter().chain(&raw.workdays).filter(|day| day.value.civil().0 != year) {
            findings.error(
                code::BAD_DATE,
                day.at,
                format!("{} 不在 {year} 年", day.value),
                format!("{} is not in {year}", day.value),
            );
        }
        let days = |days: &[At<types::Day>]| days.iter().map(|day| day.value).collect();
        let known =
            CalendarYear { holidays: days(&raw.holidays), workdays: days(&raw.workdays), basis: raw.basis.clone() };
        if world.programme.calendar.years.insert(year, known).is_some() {
            findings.error(
                code::DEFINED_TWICE,
                raw.year.at,
                format!("{year} 年重复定义"),
                format!("{year} is defined twice"),
            );
        }
    }
}

pub(crate) fn roles(raws: &[RawRole], world: &mut World, findings: &mut Findings) {
    for raw in raws {
        if !world.define(Namespace::Role, &raw.id.value, raw.id.at, findings) {
            continue;
        }
        if let Some(level) = &raw.level
            && world.programme.level(&level.value).is_none()
            && world.programme.places().is_some()
        {
            findings.error(
                code::UNKNOWN_KIND,
                level.at,
                format!("没有地区级别 `{}`", level.value),
                format!("there is no place level `{}`", level.value),
            );
        }
        let role = Role {
            id: raw.id.value.clone(),
            title: raw.title.clone().unwrap_or_default(),
            level: raw.level.as_ref().map(|level| level.value.clone()).unwrap_or_default(),
            may: raw.may.iter().map(|word| word.value.clone()).collect(),
        };
        world.programme.roles.insert(role.id.clone(), role);
    }
}

pub(crate) fn workflows(raws: &[RawWorkflow], world: &mut World, findings: &mut Findings) {
    for raw in raws {
        let Some(steps) = &raw.steps else { continue };
        let steps = mean(raw, steps, world, findings);
        if let Some(workflow) = world.programme.workflows.get_mut(&raw.id.value) {
            workflow.steps = steps;
        }
    }
}

fn mean(workflow: &RawWorkflow, raw: &RawSteps, world: &World, findings: &mut Findings) -> Option<Steps> {
    let subject = raw.subject.as_ref()?;
    if !world.programme.is_kind(&subject.value) {
        if !world.broken.some_kinds && !world.broken.kinds.contains(&subject.value) {
            findings.error(
                code::UNKNOWN_KIND,
                subject.at,
                format!("未知的对象类别 `{}`", subject.value),
                format!("unknown kind of subject `{}`", subject.value),
            );
        }
        return None;
    }
    let names = Names {
        states: raw.states.iter().map(|state| state.id.value.as_str()).collect(),
        actions: raw.actions.iter().map(|action| action.id.value.as_str()).collect(),
        fields: raw.fields.iter().map(|field| field.name.value.as_str()).collect(),
        roles: world.programme.roles.keys().map(String::as_str).collect(),
    };
    let types: BTreeMap<String, Type> =
        raw.fields.iter().filter_map(|field| Some((field.name.value.clone(), field.ty?.ty()))).collect();
    let guards = |raws: &[RawGuard], findings: &mut Findings| -> Vec<Guard> {
        let mut guards = Vec::new();
        for raw in raws {
            let Some(written) = &raw.when else { continue };
            let seen = Seen::default();
            let ground = Ground::Case { kind: &subject.value, fields: &types };
            let sight = Sight { world, ground, seen: &seen };
            if let Some(when) = expression::condition(written, None, &sight, findings) {
                guards.push(Guard { title: raw.title.clone().unwrap_or_default(), when });
            }
        }
        guards
    };
    let facts = |names: &[At<String>], findings: &mut Findings| -> Vec<String> {
        for name in names {
            let (prefix, own) = name.value.split_once('.').map_or((None, name.value.as_str()), |(a, b)| (Some(a), b));
            let known = world.programme.resolve(&subject.value, prefix, own).is_some();
            if !known && !world.broken.some_pack && !world.broken.names.contains(own) {
                findings.error(
                    code::UNKNOWN_FEATURE,
                    name.at,
                    format!("`{}` 没有特征或属性 `{}`", subject.value, name.value),
                    format!("`{}` has no feature or attribute `{}`", subject.value, name.value),
                );
            }
        }
        names.iter().map(|name| name.value.clone()).collect()
    };
    let from: Vec<At<String>> = raw.fields.iter().filter_map(|field| field.from.clone()).collect();
    facts(&from, findings);
    let steps = Steps {
        subject: subject.value.clone(),
        basis: raw.basis.clone().unwrap_or_default(),
        one_per_subject: raw.one_per_subject,
        sources: raw
            .sources
            .iter()
            .map(|source| CaseSource {
                id: source.id.value.clone(),
                title: source.title.clone().unwrap_or_default(),
                public: source.public,
                clue: source.clue,
                by: names.roles(&source.by, findings),
            })
            .collect(),
        fields: fields(raw),
        report: names.fields(&raw.report, findings),
        proxy: names.fields(&raw.proxy, findings),
        shows: facts(&raw.shows, findings),
        clock: raw.clock.as_ref().and_then(|clock| {
            Some(WholeClock {
                title: clock.title.clone().unwrap_or_default(),
                term: term(clock.term?),
                from: names.state(clock.from.as_ref()?, findings),
                until: names.state(clock.until.as_ref()?, findings),
            })
        }),
        states: raw
            .states
            .iter()
            .map(|state| State {
                id: state.id.value.clone(),
                title: state.title.clone().unwrap_or_default(),
                stage: state.stage.clone().or_else(|| state.title.clone()).unwrap_or_default(),
                waits_for: names.roles(&state.waits_for, findings),
                term: state.term.map(term),
                escalates_to: names.roles(&state.escalates_to, findings),
                per_week: state.per_week.as_ref().and_then(|name| per_week(name, world, findings)),
                is_final: state.is_final,
                is_goal: state.is_goal,
            })
            .collect(),
        actions: raw
            .actions
            .iter()
            .map(|action| Action {
                id: action.id.value.clone(),
                title: action.title.clone().unwrap_or_default(),
                kind: action.kind,
                from: names.states(&action.from, findings),
                green_from: names.states(&action.green_from, findings),
                to: action.to.as_ref().map(|to| names.state(to, findings)),
                by: names.roles(&action.by, findings),
                form: names.fields(&action.form, findings),
                needs: guards(&action.needs, findings),
                reason: action.reason || action.kind == crate::programme::ActionKind::Return,
                differs_from: names.actions(&action.differs_from, findings),
                is_fresh: action.is_fresh,
            })
            .collect(),
        returns: raw.returns.as_ref().map(|(limit, to)| Returns { limit: *limit, to: names.state(to, findings) }),
        measures: raw
            .measures
            .iter()
            .map(|measure| {
                let kind = MeasureKind {
                    id: measure.id.value.clone(),
                    title: measure.title.clone().unwrap_or_default(),
                    fund: measure.fund.clone().unwrap_or_default(),
                    needs: guards(&measure.needs, findings),
                    once_in_months: measure.once_in_months,
                };
                (kind.id.clone(), kind)
            })
            .collect(),
        verdicts: raw.verdicts.clone(),
        publication: raw.publication.as_ref().map(|publication| Publication {
            title: publication.title.clone().unwrap_or_default(),
            fields: names.fields(&publication.fields, findings),
            contact: publication.contact.clone().unwrap_or_default(),
            states: names.states(&publication.states, findings),
        }),
    };
    stuck_states(raw, &steps, findings);
    published(raw, &steps, findings);
    if steps.states.is_empty() {
        findings.error(code::STUCK_STATE, workflow.id.at, "流程没有状态", "the workflow has no states");
    }
    Some(steps)
}

/// The parameter that a state is limited by: a whole number, not a table.
fn per_week(written: &At<String>, world: &World, findings: &mut Findings) -> Option<String> {
    let name = written.value.trim_start_matches(':');
    let Some(parameter) = world.programme.parameters.get(name) else {
        if !world.broken.parameters.contains(name) && !world.broken.some_pack {
            findings
                .error(
                    code::UNKNOWN_PARAMETER,
                    written.at,
                    format!("未知的参数 `{name}`"),
                    format!("unknown parameter `{name}`"),
                )
                .did_you_mean(name, world.programme.parameters.keys());
        }
        return None;
    };
    world.see(Namespace::Parameter, name, written.at, findings);
    if parameter.ty != Type::INTEGER || parameter.table.is_some() {
        findings.error(
            code::TYPE_MISMATCH,
            written.at,
            format!("`:{name}` 不是整数"),
            format!("`:{name}` is not a whole number"),
        );
        return None;
    }
    Some(name.to_owned())
}

fn fields(raw: &RawSteps) -> BTreeMap<String, FormField> {
    let fields = raw.fields.iter().filter_map(|field| {
        let form = FormField {
            name: field.name.value.clone(),
            title: field.title.clone().unwrap_or_default(),
            ty: field.ty?,
            required: field.required,
            help: field.help.clone(),
            unit: field.unit.clone(),
            options: field.options.clone(),
            min: field.min.clone(),
            max: field.max.clone(),
            class: field.class,
            from: field.from.as_ref().map(|from| from.value.clone()),
        };
        Some((form.name.clone(), form))
    });
    fields.collect()
}

fn term(raw: RawTerm) -> Term {
    Term { days: raw.days, unit: raw.unit }
}

/// States that nothing leads to, and states that are not final and nothing leads out of.
fn stuck_states(raw: &RawSteps, steps: &Steps, findings: &mut Findings) {
    let mut reached: BTreeSet<&str> = steps.states.first().map(|state| state.id.as_str()).into_iter().collect();
    let mut open: Vec<&str> = reached.iter().copied().collect();
    while let Some(state) = open.pop() {
        let arbitrated = steps.returns.as_ref().map(|returns| returns.to.as_str());
        let next = moves(steps, state).filter_map(|action| action.to.as_deref()).chain(arbitrated);
        for to in next.collect::<Vec<_>>() {
            if reached.insert(to) {
                open.push(to);
            }
        }
    }
    for (state, written) in steps.states.iter().zip(&raw.states) {
        let leaves = moves(steps, &state.id).any(|action| action.to.as_ref().is_some_and(|to| *to != state.id));
        let id = &state.id;
        if !reached.contains(id.as_str()) {
            findings.error(
                code::STUCK_STATE,
                written.id.at,
                format!("没有操作通向状态 `{id}`"),
                format!("no action leads to the state `{id}`"),
            );
        } else if !state.is_final && !leaves {
            findings.error(
                code::STUCK_STATE,
                written.id.at,
                format!("状态 `{id}` 不是终点，却没有操作离开"),
                format!("the state `{id}` is not final, and no action leaves it"),
            );
        }
    }
}

/// The actions that may be done in the state `from`.
fn moves<'s>(steps: &'s Steps, from: &'s str) -> impl Iterator<Item = &'s Action> {
    steps.actions.iter().filter(move |action| {
        action.from.is_empty() || action.from.iter().chain(&action.green_from).any(|state| state == from)
    })
}

/// A notice board shows open fields only.
fn published(raw: &RawSteps, steps: &Steps, findings: &mut Findings) {
    for name in raw.publication.iter().flat_map(|publication| &publication.fields) {
        if steps.fields.get(&name.value).is_some_and(|field| field.class != Class::Open) {
            findings
                .error(
                    code::NOT_PUBLIC,
                    name.at,
                    format!("字段 `{}` 不是公开级", name.value),
                    format!("the field `{}` is not of class open", name.value),
                )
                .hint("可公示的字段要写 `class: open`", "a field that may be published says `class: open`");
        }
    }
}

/// The names a workflow has.
struct Names<'w> {
    states: Vec<&'w str>,
    actions: Vec<&'w str>,
    fields: Vec<&'w str>,
    roles: Vec<&'w str>,
}

impl Names<'_> {
    fn state(&self, name: &At<String>, findings: &mut Findings) -> String {
        known(name, &self.states, "状态", "state", findings)
    }

    fn states(&self, names: &[At<String>], findings: &mut Findings) -> Vec<String> {
        names.iter().map(|name| self.state(name, findings)).collect()
    }

    fn actions(&self, names: &[At<String>], findings: &mut Findings) -> Vec<String> {
        names.iter().map(|name| known(name, &self.actions, "操作", "action", findings)).collect()
    }

    fn fields(&self, names: &[At<String>], findings: &mut Findings) -> Vec<String> {
        names.iter().map(|name| known(name, &self.fields, "字段", "field", findings)).collect()
    }

    fn roles(&self, names: &[At<String>], findings: &mut Findings) -> Vec<String> {
        names.iter().map(|name| known(name, &self.roles, "角色", "role", findings)).collect()
    }
}

fn known(name: &At<String>, known: &[&str], zh: &str, en: &str, findings: &mut Findings) -> String {
    let value = &name.value;
    if !known.contains(&value.as_str()) {
        findings
            .error(code::UNKNOWN_STEP, name.at, format!("没有{zh} `{value}`"), format!("there is no {en} `{value}`"))
            .did_you_mean(value, known);
    }
    value.clone()
}
