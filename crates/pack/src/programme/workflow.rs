//! Workflows: how a case moves, who may move it, on what conditions, and by when.

use std::collections::BTreeMap;

use codes::DayUnit;
use expr::Formula;
use types::{Class, Text, Type};

/// Someone who works with the folder, at a place and everything below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Id.
    pub id: String,
    /// Title.
    pub title: Text,
    /// Place level it is given at.
    pub level: String,
    /// Areas of work it opens: words of the server.
    pub may: Vec<String>,
}

/// One workflow of a pack. One without steps has a title only: nothing can be opened in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Workflow {
    /// Id, the file's name.
    pub id: String,
    /// Number of the pack that declares it.
    pub pack: usize,
    /// Title.
    pub title: Text,
    /// Its steps.
    pub steps: Option<Steps>,
}

/// The steps of a workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct Steps {
    /// Kind of subject its cases are about.
    pub subject: String,
    /// Legal basis or source.
    pub basis: String,
    /// A second case of a subject is refused while one is open.
    pub one_per_subject: bool,
    /// Where cases come from, in order of writing.
    pub sources: Vec<CaseSource>,
    /// Every field that its forms ask for, by name.
    pub fields: BTreeMap<String, FormField>,
    /// Fields asked for when a case is opened by a report or by hand.
    pub report: Vec<String>,
    /// Fields asked for beside them when someone reports for another.
    pub proxy: Vec<String>,
    /// Names of features and attributes shown with every case.
    pub shows: Vec<String>,
    /// The clock of the whole way.
    pub clock: Option<WholeClock>,
    /// In order of the way; the first is where a case begins.
    pub states: Vec<State>,
    /// In order of writing.
    pub actions: Vec<Action>,
    /// How often a case may be sent back before someone else decides.
    pub returns: Option<Returns>,
    /// What help exists, by id.
    pub measures: BTreeMap<String, MeasureKind>,
    /// The closed list of verdicts on the clues that open it, in order of writing.
    pub verdicts: Vec<VerdictWord>,
    /// What a notice board may show.
    pub publication: Option<Publication>,
}

/// A way in which cases arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseSource {
    /// Id.
    pub id: String,
    /// Title.
    pub title: Text,
    /// Anyone may report this way, without signing in.
    pub public: bool,
    /// Clues arrive this way.
    pub clue: bool,
    /// Roles that may open a case this way by hand.
    pub by: Vec<String>,
}

/// A field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormField {
    /// Name.
    pub name: String,
    /// Title.
    pub title: Text,
    /// What may be filled in.
    pub ty: FieldType,
    /// It must be filled in.
    pub required: bool,
    /// A remark beside it.
    pub help: Option<Text>,
    /// Unit, for people.
    pub unit: Option<String>,
    /// Choices, in order of writing.
    pub options: Vec<(String, Text)>,
    /// Smallest and largest value of a number, as written.
    pub min: Option<String>,
    /// See `min`.
    pub max: Option<String>,
    /// How far it may be seen.
    pub class: Class,
    /// Feature or attribute that it is filled in from.
    pub from: Option<String>,
}

/// What may be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// A line of text.
    Text,
    /// Several lines.
    LongText,
    /// A whole number.
    Integer,
    /// Money, in yuan.
    Money,
    /// A day.
    Date,
    /// Yes or no.
    Bool,
    /// One of the options.
    Choice,
    /// Several of them.
    Choices,
    /// A key of the workflow's kind of subject: says whom the case is about.
    Subject,
}

impl FieldType {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Text,
        Self::LongText,
        Self::Integer,
        Self::Money,
        Self::Date,
        Self::Bool,
        Self::Choice,
        Self::Choices,
        Self::Subject,
    ];

    /// The word a pack writes.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::LongText => "long_text",
            Self::Integer => "integer",
            Self::Money => "money",
            Self::Date => "date",
            Self::Bool => "bool",
            Self::Choice => "choice",
            Self::Choices => "choices",
            Self::Subject => "subject",
        }
    }

    /// The type of `form.name` in a guard.
    #[must_use]
    pub fn ty(self) -> Type {
        match self {
            Self::Integer => Type::INTEGER,
            Self::Money => Type::MONEY,
            Self::Date => Type::Day,
            Self::Bool => Type::Bool,
            _ => Type::Text,
        }
    }
}

/// A term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// How many days.
    pub days: u32,
    /// Of which.
    pub unit: DayUnit,
}

/// The clock of the whole way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WholeClock {
    /// Title.
    pub title: Text,
    /// How long.
    pub term: Term,
    /// It begins when a case enters this state for the first time.
    pub from: String,
    /// It is met when a case enters this state.
    pub until: String,
}

/// A state of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Id.
    pub id: String,
    /// Title.
    pub title: Text,
    /// What the person who reported is told.
    pub stage: Text,
    /// Roles whose turn it is.
    pub waits_for: Vec<String>,
    /// Time to leave it.
    pub term: Option<Term>,
    /// Roles that see it too once it is overdue.
    pub escalates_to: Vec<String>,
    /// The parameter that says how many cases of one place can be worked in it in a week; `None` for as many as come.
    pub per_week: Option<String>,
    /// The case is closed.
    pub is_final: bool,
    /// In it the case has reached what it is for: months are counted from here (`work.months_since_goal`).
    pub is_goal: bool,
}

/// What may be done with a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// Id.
    pub id: String,
    /// Title.
    pub title: Text,
    /// What it does beside moving.
    pub kind: ActionKind,
    /// States it may be done in; all that are not final when empty.
    pub from: Vec<String>,
    /// States it may be done in, too, on the green channel.
    pub green_from: Vec<String>,
    /// State it leads to.
    pub to: Option<String>,
    /// Roles that may do it.
    pub by: Vec<String>,
    /// Fields it asks for.
    pub form: Vec<String>,
    /// Conditions, all of which must hold.
    pub needs: Vec<Guard>,
    /// A written reason must be given.
    pub reason: bool,
    /// Actions of the same case that somebody else must have done (four eyes).
    pub differs_from: Vec<String>,
    /// It stands on facts screened on the day it is done.
    pub is_fresh: bool,
}

/// What an action does beside moving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionKind {
    /// Nothing.
    Move,
    /// Sends the case back; counted, a reason is always needed.
    Return,
    /// Questions a decision.
    Appeal,
    /// Help first, paper later.
    Green,
    /// Records a dated, signed consent.
    Consent,
    /// Makes or changes the plan.
    Plan,
    /// Proposes a measure.
    Measure,
    /// Commits a proposed measure.
    Commit,
    /// Pays a committed measure.
    Pay,
    /// Takes a measure back that was not paid.
    Cancel,
    /// Records a visit.
    Visit,
    /// Records a remark.
    Note,
}

impl ActionKind {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Move,
        Self::Return,
        Self::Appeal,
        Self::Green,
        Self::Consent,
        Self::Plan,
        Self::Measure,
        Self::Commit,
        Self::Pay,
        Self::Cancel,
        Self::Visit,
        Self::Note,
    ];

    /// The word a pack writes.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Move => "move",
            Self::Return => "return",
            Self::Appeal => "appeal",
            Self::Green => "green",
            Self::Consent => "consent",
            Self::Plan => "plan",
            Self::Measure => "measure",
            Self::Commit => "commit",
            Self::Pay => "pay",
            Self::Cancel => "cancel",
            Self::Visit => "visit",
            Self::Note => "note",
        }
    }

    /// Whether it is done to one measure.
    #[must_use]
    pub fn is_about_a_measure(self) -> bool {
        matches!(self, Self::Commit | Self::Pay | Self::Cancel)
    }
}

/// A condition before an action or a measure. It reads the subject's values by their names, fields as `form.x` and the case as
/// `work.x`.
#[derive(Clone, Debug, PartialEq)]
pub struct Guard {
    /// Said to people.
    pub title: Text,
    /// The condition.
    pub when: Formula,
}

/// How often a case may be sent back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returns {
    /// The return with this number leads to `to` instead.
    pub limit: u32,
    /// State in which an arbitrator decides.
    pub to: String,
}

/// A kind of help.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureKind {
    /// Id.
    pub id: String,
    /// Title.
    pub title: Text,
    /// The fund that pays it.
    pub fund: Text,
    /// Who is entitled; everyone when empty.
    pub needs: Vec<Guard>,
    /// The same help again within so many months is a duplicate.
    pub once_in_months: Option<u32>,
}

/// One verdict of the closed list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictWord {
    /// Id.
    pub id: String,
    /// Title.
    pub title: Text,
    /// What the clue asks is so.
    pub founded: bool,
}

/// What a notice board may show: these fields and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// Title.
    pub title: Text,
    /// Names of fields, all of class open.
    pub fields: Vec<String>,
    /// Where objections go.
    pub contact: Text,
    /// States in which it is shown.
    pub states: Vec<String>,
}

/// What a guard may read of a case as `work.x`, with its type.
pub const CASE_VALUES: [(&str, Type); 12] = [
    ("days_in_state", Type::INTEGER),
    ("working_days_in_state", Type::INTEGER),
    ("months_since_goal", Type::INTEGER),
    ("consented", Type::Bool),
    ("green", Type::Bool),
    ("returns", Type::INTEGER),
    ("planned", Type::Bool),
    ("measures_open", Type::INTEGER),
    ("measures_paid", Type::INTEGER),
    ("visits", Type::INTEGER),
    ("identified", Type::Bool),
    ("clues", Type::INTEGER),
];

impl Steps {
    /// The state `id`.
    #[must_use]
    pub fn state(&self, id: &str) -> Option<&State> {
        self.states.iter().find(|state| state.id == id)
    }

    /// The action `id`.
    #[must_use]
    pub fn action(&self, id: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.id == id)
    }

    /// Names of the features, attributes and parameters (with their colon) of the subject that forms, guards and pages read.
    #[must_use]
    pub fn facts(&self) -> Vec<String> {
        let guards = self.actions.iter().flat_map(|action| &action.needs);
        let guards = guards.chain(self.measures.values().flat_map(|measure| &measure.needs));
        let mut names: Vec<String> = guards.flat_map(Guard::facts).collect();
        names.extend(self.shows.iter().cloned());
        names.extend(self.fields.values().filter_map(|field| field.from.clone()));
        names.sort();
        names.dedup();
        names
    }
}

impl Guard {
    /// Names of the features, attributes and parameters (with their colon) that it reads.
    pub fn facts(&self) -> impl Iterator<Item = String> + '_ {
        self.when.compiled.inputs.iter().filter_map(|input| match input {
            expr::Input::Name { prefix: Some(prefix), .. } if matches!(prefix.as_str(), "form" | "work") => None,
            expr::Input::Name { prefix: Some(prefix), name } => Some(format!("{prefix}.{name}")),
            expr::Input::Name { prefix: None, name } => Some(name.clone()),
            expr::Input::Parameter(name) => Some(format!(":{name}")),
            _ => None,
        })
    }
}
