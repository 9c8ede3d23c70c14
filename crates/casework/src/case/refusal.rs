//! Why a command on a case is refused.

use types::Text;

/// A refused command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRefusal {
    /// Why, in one of a closed list of words.
    pub code: RefusalWord,
    /// What the reader sees.
    pub text: Text,
    /// Fields that do not fit, where that is why.
    pub fields: Vec<FieldFault>,
}

/// A field that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// Its name.
    pub field: String,
    /// What is wrong.
    pub text: Text,
}

/// The closed list of reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RefusalWord {
    /// The workflow has no such action.
    UnknownAction,
    /// The workflow has no such source, or the caller may not open a case from it.
    UnknownSource,
    /// The workflow has no steps.
    NoSteps,
    /// The case is closed.
    CaseClosed,
    /// The action is not done in this state.
    NotInState,
    /// None of the caller's roles may do it.
    NotYourRole,
    /// Somebody else must do it.
    FourEyes,
    /// A written reason is missing.
    ReasonMissing,
    /// Fields do not fit.
    FieldsUnfit,
    /// A condition does not hold.
    GuardFalse,
    /// A condition cannot be told.
    GuardUnknown,
    /// It stands on facts screened today, and these are older.
    NotFresh,
    /// Nobody knows whom the case is about yet.
    SubjectMissing,
    /// A case of the same subject is open.
    OpenAlready,
    /// There is no such measure, or it stands elsewhere.
    MeasureState,
    /// The subject is not entitled to the measure.
    NotEntitled,
    /// The same help was given within the time.
    DuplicateMeasure,
}

impl RefusalWord {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownAction => "unknown_action",
            Self::UnknownSource => "unknown_source",
            Self::NoSteps => "no_steps",
            Self::CaseClosed => "case_closed",
            Self::NotInState => "not_in_state",
            Self::NotYourRole => "not_your_role",
            Self::FourEyes => "four_eyes",
            Self::ReasonMissing => "reason_missing",
            Self::FieldsUnfit => "fields_unfit",
            Self::GuardFalse => "guard_false",
            Self::GuardUnknown => "guard_unknown",
            Self::NotFresh => "not_fresh",
            Self::SubjectMissing => "subject_missing",
            Self::OpenAlready => "open_already",
            Self::MeasureState => "measure_state",
            Self::NotEntitled => "not_entitled",
            Self::DuplicateMeasure => "duplicate_measure",
        }
    }
}

impl CaseRefusal {
    pub(crate) fn new(code: RefusalWord, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code, text: Text::new(zh, en), fields: Vec::new() }
    }
}
