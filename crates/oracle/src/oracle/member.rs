//! Who belongs to a register, to a group and to a place: section 3.

use pack::programme::{PlaceOf, Register, Shape};

use super::Error;
use super::ask::Asking;
use super::rows::canonical;
use super::store::{is_state, links};

/// Fills `member(kind, key)` (members at A), `subj(kind, key)` (everyone a value is computed for), `belong` at A, `home(kind, key,
/// place)` and `up(kind, key, above, akey)`.
pub(super) fn members(asking: &Asking<'_>) -> Result<(), Error> {
    let a = &asking.a;
    for register in asking.programme.registers.values() {
        let kind = &register.name;
        match &register.shape {
            Shape::Place { .. } => {}
            Shape::Members { members, .. } => {
                for feed in members {
                    asking.run(&format!(
                        "INSERT INTO member SELECT DISTINCT '{kind}', k_{kind} FROM row_{feed} r WHERE k_{kind} IS NOT NULL AND ({}) AND NOT EXISTS (
                           SELECT 1 FROM member m WHERE m.kind = '{kind}' AND m.key = r.k_{kind});",
                        on(asking, feed, &format!("'{a}'"))
                    ))?;
                }
            }
            Shape::Derived { feed, place, .. } => {
                asking.run(&format!(
                    "INSERT INTO member SELECT DISTINCT '{kind}', k_{kind} FROM row_{feed} WHERE k_{kind} IS NOT NULL;"
                ))?;
                if let Some(place) = place {
                    asking.run(&format!("INSERT INTO home SELECT DISTINCT '{kind}', k_{kind}, c_{place} FROM row_{feed} WHERE k_{kind} IS NOT NULL;"))?;
                }
            }
        }
    }
    asking.run("INSERT INTO subj SELECT kind, key FROM member;")?;
    for feed in asking.programme.feeds.values() {
        for (kind, _) in
            links(asking.programme, feed).iter().filter(|(kind, _)| asking.programme.registers.contains_key(kind))
        {
            asking.run(&format!(
                "INSERT OR IGNORE INTO subj SELECT DISTINCT '{kind}', k_{kind} FROM row_{} WHERE k_{kind} IS NOT NULL;",
                feed.name
            ))?;
        }
    }
    // What members belong to need not be linked anywhere.
    for register in asking.programme.registers.values() {
        let Shape::Members { belongs_to: Some(belonging), .. } = &register.shape else { continue };
        for (feed, column) in &belonging.sources {
            asking.run(&format!(
                "INSERT OR IGNORE INTO subj SELECT DISTINCT '{}', {} FROM row_{feed} r WHERE r.c_{column} IS NOT NULL;",
                belonging.kind,
                canonical(asking, &belonging.kind, &format!("r.c_{column}"))
            ))?;
        }
    }
    homes(asking)
}

/// SQL: the row `r` of `feed` makes its subject a member on `day`. Who is known to an event feed belongs for good; who is merely
/// absent from a new list leaves on its day.
fn on(asking: &Asking<'_>, feed: &str, day: &str) -> String {
    if is_state(&asking.programme.feeds[feed]) { format!("r.f <= {day} AND {day} < r.t") } else { "1".into() }
}

fn homes(asking: &Asking<'_>) -> Result<(), Error> {
    let a = &asking.a;
    let lists: Vec<&Register> = asking
        .programme
        .registers
        .values()
        .filter(|register| matches!(register.shape, Shape::Members { .. }))
        .collect();
    for register in &lists {
        let kind = &register.name;
        if let Shape::Members { members, place: PlaceOf::Column(column), .. } = &register.shape {
            let found: Vec<String> = members
                .iter()
                .filter(|feed| asking.programme.feeds[*feed].columns.contains_key(column))
                .map(|feed| last_known(feed, kind, &format!("c_{column}"), "s.key", &format!("'{a}'")))
                .chain(["NULL".into()])
                .collect();
            asking.run(&format!(
                "INSERT INTO home SELECT '{kind}', key, coalesce({}, NULL) FROM subj s WHERE kind = '{kind}';",
                found.join(", ")
            ))?;
        }
    }
    for register in &lists {
        let kind = &register.name;
        let Shape::Members { belongs_to: Some(belonging), place, .. } = &register.shape else { continue };
        let above = &belonging.kind;
        belong(asking, kind, &format!("SELECT key AS who, '{a}' AS day FROM subj WHERE kind = '{kind}'"))?;
        asking.run(&format!("INSERT INTO up SELECT '{kind}', who, '{above}', akey FROM belong WHERE kind = '{kind}' AND day = '{a}' AND akey IS NOT NULL;"))?;
        if *place == PlaceOf::Belonging {
            asking.run(&format!(
                "INSERT INTO home SELECT '{kind}', who, (SELECT place FROM home h WHERE h.kind = '{above}' AND h.key = akey) FROM belong WHERE kind = '{kind}' AND day = '{a}';"
            ))?;
        }
    }
    let kinds: Vec<String> = asking.programme.registers.keys().map(|kind| format!("'{kind}'")).collect();
    asking.run(&format!(
        "UPDATE home SET place = (SELECT now FROM follows WHERE code = place) WHERE place IN (SELECT code FROM follows) AND kind IN ({});
         INSERT INTO up SELECT home.kind, home.key, anc.level, anc.up FROM home JOIN anc ON anc.code = home.place WHERE anc.level IS NOT NULL AND anc.level <> home.kind;",
        kinds.join(", ")
    ))
}

/// How a row may speak of its subject on a day, the surest first.
const WAYS: [Way; 4] = [Way::InForce, Way::EndedThatDay, Way::Assumed, Way::LastKnown];

#[derive(Clone, Copy)]
pub(super) enum Way {
    /// In force on the day.
    InForce,
    /// It ended on that very day.
    EndedThatDay,
    /// It stands in the first snapshot, after the day.
    Assumed,
    /// The last one that ended by the day.
    LastKnown,
}

/// SQL: the cell `column` of the row of `who` in the state feed `feed` that speaks of `day` in this way; of several the one received
/// last. NULL where there is none.
pub(super) fn cell(way: Way, feed: &str, kind: &str, column: &str, who: &str, day: &str) -> String {
    let (when, first) = match way {
        Way::InForce => (format!("r.f <= {day} AND {day} < r.t"), ""),
        Way::EndedThatDay => (format!("r.t = {day}"), ""),
        Way::Assumed => (
            format!("r.initial AND {day} < r.f AND r.f = (SELECT min(e.f) FROM row_{feed} e WHERE e.k_{kind} = {who})"),
            "",
        ),
        Way::LastKnown => (format!("r.t <= {day}"), "r.t DESC,"),
    };
    format!(
        "(SELECT {column} FROM row_{feed} r WHERE r.k_{kind} = {who} AND {when} ORDER BY {first} r.received DESC, r.seq DESC, r.row DESC LIMIT 1)"
    )
}

/// SQL: the cell `column` of the row of `who` in force on `day`; where there is none, of the last one.
fn last_known(feed: &str, kind: &str, column: &str, who: &str, day: &str) -> String {
    format!(
        "CASE WHEN EXISTS (SELECT 1 FROM row_{feed} r WHERE r.k_{kind} = {who} AND r.f <= {day} AND {day} < r.t) THEN {} ELSE {} END",
        cell(Way::InForce, feed, kind, column, who, day),
        cell(Way::LastKnown, feed, kind, column, who, day)
    )
}

/// Makes sure that `belong(kind, who, day, akey)` holds the pairs (who, day) of the query `pairs`: by the surest way, of one way by
/// the first source.
pub(super) fn belong(asking: &Asking<'_>, kind: &str, pairs: &str) -> Result<(), Error> {
    let Some(Shape::Members { members, belongs_to: Some(belonging), .. }) =
        asking.programme.registers.get(kind).map(|register| &register.shape)
    else {
        return Ok(());
    };
    // The last known group is that of who still belongs.
    let belongs = members.iter().map(|feed| {
        format!("EXISTS (SELECT 1 FROM row_{feed} r WHERE r.k_{kind} = p.who AND {})", on(asking, feed, "p.day"))
    });
    let belongs = belongs.chain(["0".into()]).collect::<Vec<_>>().join(" OR ");
    let mut found = Vec::new();
    for way in WAYS {
        for (source, column) in &belonging.sources {
            let cell = cell(way, source, kind, &format!("r.c_{column}"), "p.who", "p.day");
            found.push(if matches!(way, Way::LastKnown) {
                format!("CASE WHEN {belongs} THEN {cell} END")
            } else {
                cell
            });
        }
    }
    found.push("NULL".into());
    asking.run(&format!(
        "INSERT OR IGNORE INTO belong SELECT '{kind}', who, day, {} FROM (
           SELECT p.who, p.day, coalesce({}) AS cell FROM (SELECT DISTINCT * FROM ({pairs})) p
           WHERE p.who IS NOT NULL AND NOT EXISTS (SELECT 1 FROM belong b WHERE b.kind = '{kind}' AND b.who = p.who AND b.day = p.day));",
        canonical(asking, &belonging.kind, "cell"),
        found.join(", ")
    ))
}
