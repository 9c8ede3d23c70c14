//! Commands on cases: (state, command, facts) -> events, or a refusal.

use std::collections::BTreeMap;

use codes::WorkCalendar;
use pack::programme::{Action, ActionKind, State, Steps};
use types::{Day, Hash, SubjectRef};

use super::event::{Actor, CaseChange, CaseEvent, CaseId, CaseSaid};
use super::facts::{Facts, Ground, GuardLine};
use super::form::{self, Prefilled};
use super::refusal::{CaseRefusal, RefusalWord};
use super::state::{Case, MEASURE, Measure, MeasureState};
use crate::ClueId;

/// The workflow that commands are decided by.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'d> {
    /// Its id.
    pub workflow: &'d str,
    /// Its steps.
    pub steps: &'d Steps,
    /// Content hash of its pack.
    pub pack: Hash,
    /// Working days.
    pub calendar: &'d WorkCalendar,
}

/// Who acts: the roles that hold at the place of the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doer {
    /// Login.
    pub name: String,
    /// Roles.
    pub roles: Vec<String>,
}

/// When.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Day.
    pub on: Day,
    /// Date and time, RFC 3339.
    pub at: String,
}

/// Opens a case.
#[derive(Clone, Debug)]
pub struct Open {
    /// Number it gets.
    pub id: CaseId,
    /// Source.
    pub source: String,
    /// Place code.
    pub place: String,
    /// Whom it is about, where that is known.
    pub subject: Option<SubjectRef>,
    /// The clue it is opened from.
    pub clue: Option<ClueId>,
    /// What was filled in.
    pub fields: BTreeMap<String, Option<String>>,
    /// Reported by someone for someone else.
    pub proxy: bool,
    /// Hash of the receipt.
    pub receipt: Option<Hash>,
    /// Who opens it; `None` for a report from outside.
    pub by: Option<Doer>,
}

/// Does an action.
#[derive(Clone, Debug, Default)]
pub struct Act {
    /// The action.
    pub action: String,
    /// The measure it is about.
    pub item: Option<u32>,
    /// What was filled in.
    pub fields: BTreeMap<String, Option<String>>,
    /// The written reason.
    pub reason: Option<String>,
    /// The subject that a field of type subject names, found by the caller.
    pub subject: Option<SubjectRef>,
}

/// What may be done with a case now, by someone.
#[derive(Clone, Debug)]
pub struct Offer<'d> {
    /// The action.
    pub action: &'d Action,
    /// The measure it would be done to.
    pub item: Option<u32>,
    /// State it leads to.
    pub to: Option<&'d State>,
    /// Its form.
    pub form: Vec<Prefilled<'d>>,
    /// Its conditions, as they stand before the form is filled in.
    pub guards: Vec<GuardLine>,
    /// Why it may not be done now, whatever is filled in.
    pub refused: Option<CaseRefusal>,
}

/// The event that opens a case. `other` is an open case of the same subject in the same workflow.
///
/// # Errors
/// [`CaseRefusal`].
pub fn open(
    desk: &Desk<'_>,
    command: Open,
    facts: Option<&Facts>,
    other: Option<CaseId>,
    now: &Moment,
) -> Result<CaseEvent, CaseRefusal> {
    let steps = desk.steps;
    let source = steps.sources.iter().find(|source| source.id == command.source);
    let role = command.by.as_ref().map(|by| {
        let allowed = source.map(|source| source.by.as_slice()).unwrap_or_default();
        by.roles.iter().find(|role| allowed.contains(role))
    });
    let is_allowed = match (source, &role) {
        (None, _) => false,
        (Some(source), None) => source.public,
        (Some(source), Some(role)) => role.is_some() || (source.clue && command.clue.is_some()),
    };
    if !is_allowed {
        return Err(CaseRefusal::new(
            RefusalWord::UnknownSource,
            "不能以这种来源建立工单",
            "a case cannot be opened this way",
        ));
    }
    refuse_second(steps, command.subject.as_ref(), other)?;
    let first = steps.states.first().ok_or_else(no_steps)?;
    let fields = if command.clue.is_some() {
        BTreeMap::new()
    } else {
        let mut names = steps.report.clone();
        if command.proxy {
            names.extend(steps.proxy.iter().cloned());
        }
        form::read(&form::fields_of(steps, &names, None, facts), &command.fields)?.0
    };
    Ok(CaseEvent {
        case: command.id,
        workflow: desk.workflow.to_owned(),
        pack: desk.pack,
        on: now.on,
        at: now.at.clone(),
        by: command.by.as_ref().map(|by| Actor {
            role: role.flatten().cloned().or_else(|| by.roles.first().cloned()).unwrap_or_default(),
            name: by.name.clone(),
        }),
        change: CaseChange::CaseOpened {
            source: command.source,
            state: first.id.clone(),
            place: command.place,
            clue: command.clue,
            proxy: command.proxy,
            receipt: command.receipt,
        },
        said: Some(CaseSaid { subject: command.subject, fields, reason: None }),
    })
}

/// The event that adds a clue to an open case.
///
/// # Errors
/// `case_closed`.
pub fn join(case: &Case, clue: ClueId, by: &Doer, now: &Moment) -> Result<CaseEvent, CaseRefusal> {
    if case.closed.is_some() {
        return Err(closed());
    }
    Ok(event(case, by, now, CaseChange::ClueJoined { clue }, None))
}

/// The event of an action.
///
/// # Errors
/// [`CaseRefusal`].
pub fn act(
    desk: &Desk<'_>,
    case: &Case,
    command: &Act,
    by: &Doer,
    facts: Option<&Facts>,
    other: Option<CaseId>,
    now: &Moment,
) -> Result<CaseEvent, CaseRefusal> {
    let steps = desk.steps;
    let action = steps.action(&command.action).ok_or_else(|| {
        CaseRefusal::new(RefusalWord::UnknownAction, "流程没有这个操作", "the workflow has no such action")
    })?;
    let measure = admit(desk, case, action, command.item, by)?;
    let reason = command.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    if action.reason && reason.is_none() {
        return Err(CaseRefusal::new(RefusalWord::ReasonMissing, "必须写明理由", "a written reason is needed"));
    }
    let form = form::prefilled(steps, action, Some(case), facts);
    let (new, all) = form::read(&form, &command.fields)?;
    if command.subject.is_some() {
        refuse_second(steps, command.subject.as_ref(), other)?;
    }
    if action.is_fresh {
        refuse_stale(case, facts, now.on)?;
    }
    let mut fields: BTreeMap<String, String> =
        case.known.iter().map(|(name, known)| (name.clone(), known.value.clone())).collect();
    if let Some(measure) = measure {
        fields.extend(measure.fields.clone());
    }
    fields.extend(all);
    let ground = Ground { steps, case, fields: &fields, facts, calendar: desk.calendar, on: now.on };
    let lines: Vec<GuardLine> = action.needs.iter().map(|guard| ground.ask(guard)).collect();
    refuse_unheld(&lines)?;
    if action.kind == ActionKind::Measure {
        refuse_measure(steps, case, &ground, fields.get(MEASURE), now.on)?;
    }
    let to = destination(steps, case, action);
    let state = to.and_then(|to| steps.state(to));
    let subject = command.subject.clone().or_else(|| case.subject.clone());
    let reads_facts = action.is_fresh || action.needs.iter().any(|guard| guard.facts().next().is_some());
    let change = CaseChange::CaseActed {
        action: action.id.clone(),
        kind: action.kind.word().to_owned(),
        from: case.state.clone(),
        to: state.map_or_else(|| case.state.clone(), |state| state.id.clone()),
        closes: state.is_some_and(|state| state.is_final),
        item: measure.map(|measure| measure.number),
        facts: facts.filter(|_| reads_facts).map(Facts::pin),
    };
    let said = CaseSaid { subject, fields: new, reason: reason.map(str::to_owned) };
    Ok(CaseEvent { by: Some(actor(action, by)), ..event(case, by, now, change, Some(said)) })
}

/// What `by` may do with `case` now, in the workflow's order.
#[must_use]
pub fn offers<'d>(desk: &Desk<'d>, case: &Case, by: &Doer, facts: Option<&Facts>, on: Day) -> Vec<Offer<'d>> {
    let steps = desk.steps;
    let fields: BTreeMap<String, String> =
        case.known.iter().map(|(name, known)| (name.clone(), known.value.clone())).collect();
    let ground = Ground { steps, case, fields: &fields, facts, calendar: desk.calendar, on };
    let mut offers = Vec::new();
    for action in &steps.actions {
        let items: Vec<Option<u32>> = if action.kind.is_about_a_measure() {
            case.measures.iter().map(|measure| Some(measure.number)).collect()
        } else {
            vec![None]
        };
        for item in items {
            let refused = match admit(desk, case, action, item, by) {
                Ok(_) => None,
                // What is another's, or another time's, is not listed.
                Err(refusal) if refusal.code == RefusalWord::FourEyes => Some(refusal),
                Err(_) => continue,
            };
            let guards: Vec<GuardLine> = action.needs.iter().map(|guard| ground.ask(guard)).collect();
            let stale = if action.is_fresh { refuse_stale(case, facts, on).err() } else { None };
            // What the form itself decides is not known before it is sent.
            let settled: Vec<GuardLine> = guards
                .iter()
                .zip(&action.needs)
                .filter(|(_, guard)| !reads_form(guard, action))
                .map(|(line, _)| line.clone())
                .collect();
            offers.push(Offer {
                action,
                item,
                to: destination(steps, case, action).and_then(|to| steps.state(to)),
                form: form::prefilled(steps, action, Some(case), facts),
                refused: refused.or(stale).or_else(|| refuse_unheld(&settled).err()),
                guards,
            });
        }
    }
    offers
}

/// Whether `guard` reads a field that the form of `action` asks for.
fn reads_form(guard: &pack::programme::Guard, action: &Action) -> bool {
    guard.when.compiled.inputs.iter().any(|input| match input {
        expr::Input::Name { prefix: Some(prefix), name } => prefix == "form" && action.form.contains(name),
        _ => false,
    })
}

/// Whether the action may be tried: state, role, four eyes, measure.
fn admit<'c>(
    desk: &Desk<'_>,
    case: &'c Case,
    action: &Action,
    item: Option<u32>,
    by: &Doer,
) -> Result<Option<&'c Measure>, CaseRefusal> {
    if case.closed.is_some() {
        return Err(closed());
    }
    let is_here = action.from.contains(&case.state)
        || (case.green && action.green_from.contains(&case.state))
        || (action.from.is_empty() && action.green_from.is_empty());
    if !is_here {
        return Err(CaseRefusal::new(
            RefusalWord::NotInState,
            "当前状态不能进行此操作",
            "this is not done in the present state",
        ));
    }
    if !allowed(desk.steps, case, action).iter().any(|role| by.roles.contains(role)) {
        return Err(CaseRefusal::new(RefusalWord::NotYourRole, "您的角色不能进行此操作", "no role of yours does this"));
    }
    if action.differs_from.iter().any(|other| case.done_by.get(other) == Some(&by.name)) {
        return Err(CaseRefusal::new(
            RefusalWord::FourEyes,
            "前一步由您经办，须由另一人办理",
            "you did the step before; somebody else must do this one",
        ));
    }
    if !action.kind.is_about_a_measure() {
        return Ok(None);
    }
    let measure = item.and_then(|item| case.measures.iter().find(|measure| measure.number == item));
    let fits = |measure: &&Measure| match action.kind {
        ActionKind::Commit => measure.state == MeasureState::Proposed,
        ActionKind::Pay => measure.state == MeasureState::Committed,
        _ => matches!(measure.state, MeasureState::Proposed | MeasureState::Committed),
    };
    match measure.filter(fits) {
        Some(measure) => Ok(Some(measure)),
        None => Err(CaseRefusal::new(
            RefusalWord::MeasureState,
            "没有可以这样办理的措施",
            "there is no measure that this can be done to",
        )),
    }
}

/// The roles that may do `action` now: those it names, or those whose turn it is.
fn allowed<'s>(steps: &'s Steps, case: &Case, action: &'s Action) -> &'s [String] {
    if !action.by.is_empty() {
        return &action.by;
    }
    steps.state(&case.state).map(|state| state.waits_for.as_slice()).unwrap_or_default()
}

fn actor(action: &Action, by: &Doer) -> Actor {
    let role = by.roles.iter().find(|role| action.by.contains(role)).or_else(|| by.roles.first());
    Actor { name: by.name.clone(), role: role.cloned().unwrap_or_default() }
}

/// Where `action` leads: a return beyond the limit goes to the arbitrator.
fn destination<'s>(steps: &'s Steps, case: &Case, action: &'s Action) -> Option<&'s str> {
    match &steps.returns {
        Some(returns) if action.kind == ActionKind::Return && case.returns + 1 >= returns.limit => Some(&returns.to),
        _ => action.to.as_deref(),
    }
}

fn refuse_second(steps: &Steps, subject: Option<&SubjectRef>, other: Option<CaseId>) -> Result<(), CaseRefusal> {
    match other {
        Some(other) if steps.one_per_subject && subject.is_some() => Err(CaseRefusal::new(
            RefusalWord::OpenAlready,
            format!("该对象已有办理中的工单 {other}"),
            format!("a case of the same subject is open: {other}"),
        )),
        _ => Ok(()),
    }
}

fn refuse_stale(case: &Case, facts: Option<&Facts>, today: Day) -> Result<(), CaseRefusal> {
    if case.subject.is_none() {
        return Err(CaseRefusal::new(
            RefusalWord::SubjectMissing,
            "尚未确定是哪一对象",
            "nobody knows yet whom it is about",
        ));
    }
    match facts {
        Some(facts) if facts.question.as_of == today && facts.question.known_by == today => Ok(()),
        _ => Err(CaseRefusal::new(
            RefusalWord::NotFresh,
            "须以当天重新筛查的数据为准",
            "this stands on facts screened today",
        )),
    }
}

fn refuse_unheld(lines: &[GuardLine]) -> Result<(), CaseRefusal> {
    if let Some(line) = lines.iter().find(|line| line.truth == Some(false)) {
        return Err(CaseRefusal::new(
            RefusalWord::GuardFalse,
            format!("条件不满足：{}", line.title.zh),
            format!("a condition does not hold: {}", line.title.en),
        ));
    }
    if let Some(line) = lines.iter().find(|line| line.truth.is_none()) {
        let why = line.why.clone().unwrap_or_default();
        return Err(CaseRefusal::new(
            RefusalWord::GuardUnknown,
            format!("条件无法认定：{}（{}）", line.title.zh, why.zh),
            format!("a condition cannot be told: {} ({})", line.title.en, why.en),
        ));
    }
    Ok(())
}

fn refuse_measure(
    steps: &Steps,
    case: &Case,
    ground: &Ground<'_>,
    kind: Option<&String>,
    on: Day,
) -> Result<(), CaseRefusal> {
    let Some(kind) = kind.and_then(|kind| steps.measures.get(kind)) else {
        return Err(CaseRefusal::new(RefusalWord::MeasureState, "没有这种措施", "there is no such measure"));
    };
    let lines: Vec<GuardLine> = kind.needs.iter().map(|guard| ground.ask(guard)).collect();
    if let Err(refusal) = refuse_unheld(&lines) {
        return Err(CaseRefusal { code: RefusalWord::NotEntitled, ..refusal });
    }
    let is_recent = |measure: &&Measure| {
        let since = measure.paid_on.unwrap_or(measure.proposed_on);
        let months = kind.once_in_months.and_then(|months| i32::try_from(months).ok());
        months.is_some_and(|months| since.plus_months(months) > on)
    };
    let same = case.measures.iter().filter(|measure| measure.kind == kind.id);
    if let Some(measure) = same.filter(|measure| measure.state != MeasureState::Cancelled).find(is_recent) {
        let (number, since) = (measure.number, measure.proposed_on);
        return Err(CaseRefusal::new(
            RefusalWord::DuplicateMeasure,
            format!("期限内已有同类措施（第 {number} 项，{since}）"),
            format!("the same help was given within the time (number {number}, {since})"),
        ));
    }
    Ok(())
}

fn event(case: &Case, by: &Doer, now: &Moment, change: CaseChange, said: Option<CaseSaid>) -> CaseEvent {
    CaseEvent {
        case: case.id,
        workflow: case.workflow.clone(),
        pack: case.pack,
        on: now.on,
        at: now.at.clone(),
        by: Some(Actor { name: by.name.clone(), role: by.roles.first().cloned().unwrap_or_default() }),
        change,
        said,
    }
}

fn closed() -> CaseRefusal {
    CaseRefusal::new(RefusalWord::CaseClosed, "工单已办结", "the case is closed")
}

fn no_steps() -> CaseRefusal {
    CaseRefusal::new(RefusalWord::NoSteps, "该流程还没有办理步骤", "this workflow has no steps yet")
}
