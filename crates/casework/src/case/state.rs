//! State of a case: what its events fold to.

use std::collections::BTreeMap;
use std::fmt;

use pack::programme::ActionKind;
use types::{Day, Hash, SubjectRef};

use super::event::{CaseChange, CaseEvent, CaseId, CaseSaid};
use crate::ClueId;

/// A case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its number.
    pub id: CaseId,
    /// Workflow.
    pub workflow: String,
    /// Content hash of the pack it was opened with.
    pub pack: Hash,
    /// Where it came from.
    pub source: String,
    /// Place code.
    pub place: String,
    /// Reported by someone for someone else.
    pub proxy: bool,
    /// Hash of the receipt.
    pub receipt: Option<Hash>,
    /// Day it was opened.
    pub opened: Day,
    /// Day it was closed.
    pub closed: Option<Day>,
    /// Where it stands.
    pub state: String,
    /// Since when.
    pub since: Day,
    /// First and last day each state was entered.
    pub entered: BTreeMap<String, (Day, Day)>,
    /// Whom it is about, once known.
    pub subject: Option<SubjectRef>,
    /// Newest value of each field.
    pub known: BTreeMap<String, Known>,
    /// Clues worked in it.
    pub clues: Vec<ClueId>,
    /// Help first, paper later.
    pub green: bool,
    /// How often it was sent back.
    pub returns: u32,
    /// The consent.
    pub consent: Option<Recorded>,
    /// The plan, and how often it was made or changed.
    pub plan: Option<(Recorded, u32)>,
    /// Measures, numbered from 1.
    pub measures: Vec<Measure>,
    /// Visits, in order.
    pub visits: Vec<Recorded>,
    /// Who did each action last.
    pub done_by: BTreeMap<String, String>,
    /// Number of events.
    pub version: u32,
}

/// A value that was filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Canonical text.
    pub value: String,
    /// Day.
    pub on: Day,
}

/// Fields that were filled in together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Day.
    pub on: Day,
    /// By whom.
    pub by: String,
    /// The fields.
    pub fields: BTreeMap<String, String>,
}

/// Help for the subject of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Number in its case.
    pub number: u32,
    /// Kind, by the workflow's id for it.
    pub kind: String,
    /// Where it stands.
    pub state: MeasureState,
    /// Day it was proposed.
    pub proposed_on: Day,
    /// Day it was paid.
    pub paid_on: Option<Day>,
    /// All that was filled in about it, the newest values.
    pub fields: BTreeMap<String, String>,
}

/// Where a measure stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MeasureState {
    /// Someone thinks it fits.
    Proposed,
    /// The fund has promised it.
    Committed,
    /// It was paid, or done.
    Paid,
    /// It was taken back.
    Cancelled,
}

impl MeasureState {
    /// The word used in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Committed => "committed",
            Self::Paid => "paid",
            Self::Cancelled => "cancelled",
        }
    }
}

/// An event that does not fit what came before it: a fault of ours or an edited log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseMisfit {
    /// The case.
    pub case: CaseId,
    /// What does not fit.
    pub why: &'static str,
}

impl fmt::Display for CaseMisfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an event of case {} does not fit: {}", self.case, self.why)
    }
}

impl Case {
    /// The case that `events`, in order, fold to.
    ///
    /// # Errors
    /// [`CaseMisfit`] at the first event that does not fit.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a CaseEvent>) -> Result<Option<Self>, CaseMisfit> {
        let mut case = None;
        for event in events {
            case = Some(Self::after(case, event)?);
        }
        Ok(case)
    }

    /// The case after `event`.
    ///
    /// # Errors
    /// [`CaseMisfit`] when the event does not fit.
    pub fn after(before: Option<Self>, event: &CaseEvent) -> Result<Self, CaseMisfit> {
        let misfit = |why| CaseMisfit { case: event.case, why };
        let Some(mut case) = before else {
            return Self::opened_by(event).ok_or_else(|| misfit("it has no beginning"));
        };
        if case.id != event.case || case.workflow != event.workflow || case.pack != event.pack {
            return Err(misfit("it belongs to another case or version"));
        }
        if case.closed.is_some() {
            return Err(misfit("it is closed"));
        }
        case.version += 1;
        match &event.change {
            CaseChange::CaseOpened { .. } => return Err(misfit("it begins twice")),
            CaseChange::ClueJoined { clue } => case.clues.push(*clue),
            CaseChange::CaseActed { action, kind, from, to, closes, item, .. } => {
                if *from != case.state {
                    return Err(misfit("it stands elsewhere"));
                }
                let kind = ActionKind::ALL.into_iter().find(|known| known.word() == kind);
                case.act(event, action, kind.ok_or_else(|| misfit("its kind is not known"))?, *item)
                    .ok_or_else(|| misfit("it has no such measure"))?;
                if to != from {
                    case.state.clone_from(to);
                    case.since = event.on;
                    case.entered.entry(to.clone()).or_insert((event.on, event.on)).1 = event.on;
                }
                case.closed = closes.then_some(event.on);
            }
        }
        Ok(case)
    }

    fn act(&mut self, event: &CaseEvent, action: &str, kind: ActionKind, item: Option<u32>) -> Option<()> {
        let said = event.said.clone().unwrap_or_default();
        let by = event.by.as_ref().map(|by| by.name.clone()).unwrap_or_default();
        self.done_by.insert(action.to_owned(), by.clone());
        if said.subject.is_some() {
            self.subject.clone_from(&said.subject);
        }
        let recorded = || Recorded { on: event.on, by: by.clone(), fields: said.fields.clone() };
        match kind {
            ActionKind::Return => self.returns += 1,
            ActionKind::Green => self.green = true,
            ActionKind::Consent => self.consent = Some(recorded()),
            ActionKind::Plan => {
                let changes = self.plan.as_ref().map_or(0, |(_, changes)| changes + 1);
                self.plan = Some((recorded(), changes));
            }
            ActionKind::Visit => self.visits.push(recorded()),
            ActionKind::Measure => self.measures.push(Measure {
                number: u32::try_from(self.measures.len()).unwrap_or(u32::MAX).saturating_add(1),
                kind: said.fields.get(MEASURE).cloned().unwrap_or_default(),
                state: MeasureState::Proposed,
                proposed_on: event.on,
                paid_on: None,
                fields: said.fields.clone(),
            }),
            ActionKind::Commit | ActionKind::Pay | ActionKind::Cancel => {
                let measure = self.measures.iter_mut().find(|measure| Some(measure.number) == item)?;
                measure.fields.extend(said.fields.clone());
                measure.state = match kind {
                    ActionKind::Commit => MeasureState::Committed,
                    ActionKind::Pay => MeasureState::Paid,
                    _ => MeasureState::Cancelled,
                };
                if kind == ActionKind::Pay {
                    measure.paid_on = Some(event.on);
                }
            }
            ActionKind::Move | ActionKind::Appeal | ActionKind::Note => {}
        }
        if remembers(kind) {
            self.remember(&said, event.on);
        }
        Some(())
    }

    fn remember(&mut self, said: &CaseSaid, on: Day) {
        for (name, value) in &said.fields {
            self.known.insert(name.clone(), Known { value: value.clone(), on });
        }
    }

    fn opened_by(event: &CaseEvent) -> Option<Self> {
        let CaseChange::CaseOpened { source, state, place, clue, proxy, receipt } = &event.change else { return None };
        let said = event.said.clone().unwrap_or_default();
        let mut case = Self {
            id: event.case,
            workflow: event.workflow.clone(),
            pack: event.pack,
            source: source.clone(),
            place: place.clone(),
            proxy: *proxy,
            receipt: *receipt,
            opened: event.on,
            closed: None,
            state: state.clone(),
            since: event.on,
            entered: BTreeMap::from([(state.clone(), (event.on, event.on))]),
            subject: said.subject.clone(),
            known: BTreeMap::new(),
            clues: clue.iter().copied().collect(),
            green: false,
            returns: 0,
            consent: None,
            plan: None,
            measures: Vec::new(),
            visits: Vec::new(),
            done_by: BTreeMap::new(),
            version: 1,
        };
        case.remember(&said, event.on);
        Some(case)
    }

    /// Measures that are neither paid nor taken back.
    #[must_use]
    pub fn measures_open(&self) -> usize {
        self.in_state(MeasureState::Proposed) + self.in_state(MeasureState::Committed)
    }

    /// Measures in `state`.
    #[must_use]
    pub fn in_state(&self, state: MeasureState) -> usize {
        self.measures.iter().filter(|measure| measure.state == state).count()
    }
}

/// The field of a proposed measure that says its kind.
pub const MEASURE: &str = "measure";

/// Whether what an action of this kind fills in is kept for the next form; what is said of one measure or visit is not.
#[must_use]
pub fn remembers(kind: ActionKind) -> bool {
    matches!(
        kind,
        ActionKind::Move
            | ActionKind::Return
            | ActionKind::Appeal
            | ActionKind::Green
            | ActionKind::Consent
            | ActionKind::Plan
    )
}
