//! Who may ask for what: one line per operation of `openapi.json`.

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anyone.
    Public,
    /// Anyone signed in.
    SignedIn,
    /// Whoever has a role that opens this area of work, within its places.
    Area(&'static str),
}

/// One operation of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// `operationId`.
    pub id: &'static str,
    /// Method, in lower case.
    pub method: &'static str,
    /// Path.
    pub path: &'static str,
    /// Who may ask.
    pub access: Access,
}

const fn line(id: &'static str, method: &'static str, path: &'static str, access: Access) -> Operation {
    Operation { id, method, path, access }
}

use Access::{Area, Public, SignedIn};

/// Every operation there is.
pub const OPERATIONS: &[Operation] = &[
    line("health", "get", "/api/health", Public),
    line("openapi", "get", "/api/openapi.json", Public),
    line("login", "post", "/api/session", Public),
    line("me", "get", "/api/session", SignedIn),
    line("logout", "delete", "/api/session", SignedIn),
    line("set_language", "put", "/api/session/language", SignedIn),
    line("home", "get", "/api/home", SignedIn),
    line("indicator_list", "get", "/api/indicators/{id}/list", Area("subjects")),
    line("tasks", "get", "/api/tasks", Area("work")),
    line("places", "get", "/api/places", SignedIn),
    line("list_clues", "get", "/api/clues", Area("clues")),
    line("get_clue", "get", "/api/clues/{id}", Area("clues")),
    line("clue_rows", "get", "/api/clues/{id}/rows", Area("clues")),
    line("give_verdict", "post", "/api/clues/{id}/verdict", Area("clues")),
    line("snooze_clue", "post", "/api/clues/{id}/snooze", Area("clues")),
    line("open_case_of_clue", "post", "/api/clues/{id}/case", Area("cases")),
    line("list_cases", "get", "/api/cases", Area("cases")),
    line("open_case", "post", "/api/cases", Area("cases")),
    line("workflows", "get", "/api/workflows", Area("cases")),
    line("get_case", "get", "/api/cases/{id}", Area("cases")),
    line("act", "post", "/api/cases/{id}/actions/{action}", Area("cases")),
    line("publication", "get", "/api/cases/{id}/publication", Area("cases")),
    line("kinds", "get", "/api/kinds", Area("subjects")),
    line("find_subjects", "get", "/api/subjects", Area("subjects")),
    line("get_subject", "get", "/api/subjects/{kind}/{ref}", Area("subjects")),
    line("reveal", "post", "/api/subjects/{kind}/{ref}/reveal", Area("reveal")),
    line("subject_access", "get", "/api/subjects/{kind}/{ref}/access", Area("subjects")),
    line("access", "get", "/api/access", Area("access")),
    line("list_models", "get", "/api/models", Area("models")),
    line("get_model", "get", "/api/models/{id}", Area("models")),
    line("what_if", "post", "/api/models/{id}/what-if", Area("models")),
    line("near", "get", "/api/models/{id}/near", Area("models")),
    line("feeds", "get", "/api/feeds", Area("data")),
    line("deliveries", "get", "/api/deliveries", Area("data")),
    line("refused_rows", "get", "/api/refused-rows", Area("data")),
    line("export", "get", "/api/exports/{list}", Area("export")),
    line("report_form", "get", "/api/public/report-form", Public),
    line("report", "post", "/api/public/reports", Public),
    line("report_status", "post", "/api/public/status", Public),
];
