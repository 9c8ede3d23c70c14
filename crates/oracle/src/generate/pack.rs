//! Registers, feeds and parameters as the files of a pack.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::dice::Dice;

/// Files by path.
pub(super) type Files = BTreeMap<String, String>;

/// How the rows of an event feed are dated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grain {
    /// By the list's data date.
    List,
    /// By day.
    Day,
    /// By month.
    Month,
    /// By year.
    Year,
}

/// What the generator knows of an event feed.
#[derive(Clone, Debug)]
pub(super) struct EventFeed {
    /// Name.
    pub(super) name: String,
    /// How its rows are dated.
    pub(super) grain: Grain,
    /// Kinds it links to.
    pub(super) links: Vec<&'static str>,
}

/// What the pack is made of.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    /// Event feeds.
    pub(super) events: Vec<EventFeed>,
    /// Feed of the derived register `cluster`.
    pub(super) cluster: Option<String>,
    /// There is a feed `notice` beside `ending`.
    pub(super) notice: bool,
    /// There is a feed `second` beside `roll`.
    pub(super) second: bool,
}

/// Registers, fixed feeds and parameters; the event feeds are planned and written too.
pub(super) fn pack(dice: &mut Dice, files: &mut Files) -> Plan {
    files.insert(
        "pack.yaml".into(),
        "id: made\nversion: 0.1.0\ntitle: {zh: 生成, en: made}\nbuilds_on: []\ntest: {as_of: 2024-06-30, place: '990101100'}\n".into(),
    );
    let mut plan = Plan { notice: dice.chance(50), ..Plan::default() };
    let count = dice.between(2, 3);
    for number in 1..=count {
        let feed = event_feed(dice, files, format!("e{number}"));
        plan.events.push(feed);
    }
    lists(dice, files, plan.notice);
    registers(dice, files, &mut plan);
    parameters(dice, files);
    plan
}

fn lists(dice: &mut Dice, files: &mut Files, notice: bool) {
    files.insert(
        "feeds/places.yaml".into(),
        "title: {zh: 地, en: places}\nmode: snapshot(all)\nvalid: data date\nrhythm: {every: year, by: 12-31}\nunknown_after: 3000d\nlinks: {place: code}\n\
         columns:\n  code: code(place)\n  parent_code: {type: code(place), optional: true}\n  successor_code: {type: code(place), optional: true}\n  size: {type: integer, optional: true}\n".into(),
    );
    let mode = if dice.chance(50) { "snapshot(all)" } else { "snapshot(by place_code)" };
    let born = if dice.chance(70) { "  born: {type: date, optional: true}\n" } else { "  born: date\n" };
    files.insert(
        "feeds/roll.yaml".into(),
        format!(
            "title: {{zh: 册, en: roll}}\nmode: {mode}\nvalid: data date\nrhythm: {{every: month, by: 10}}\ngrace: {}d\nunknown_after: {}d\n\
             links: {{person: person_no, group: group_no}}\ncolumns:\n  person_no: text\n  group_no: text\n  place_code: code(place)\n  flagged: bool\n{born}",
            dice.between(0, 10),
            dice.pick(&[45, 60, 90, 400]),
        ),
    );
    for (name, key, kind) in [("person_list", "person_no", "person"), ("group_list", "group_no", "group")] {
        files.insert(
            format!("feeds/{name}.yaml"),
            format!(
                "title: {{zh: 单, en: list}}\nmode: {}\nvalid: data date\nrhythm: {{every: month, by: 10}}\nunknown_after: {}d\n\
                 links: {{{kind}: {key}}}\ncolumns:\n  {key}: text\n  score: {{type: integer, optional: true}}\n",
                dice.pick(&["snapshot(all)", "snapshot(all)", "snapshot(by month)"]),
                dice.pick(&[45, 60, 90, 400]),
            ),
        );
    }
    for name in ["ending", "notice"].iter().take(if notice { 2 } else { 1 }) {
        let mode = dice.pick(&["upsert(person_no)", "upsert(person_no)", "append"]);
        files.insert(
            format!("feeds/{name}.yaml"),
            format!(
                "title: {{zh: 终, en: ends}}\nmode: {mode}\nvalid: ended_on\nrhythm: {{every: month, by: 10}}\nunknown_after: {}d\n\
                 links: {{person: person_no}}\ncolumns:\n  person_no: text\n  ended_on: date\n",
                dice.pick(&[45, 60, 400]),
            ),
        );
    }
}

fn registers(dice: &mut Dice, files: &mut Files, plan: &mut Plan) {
    files.insert(
        "registers/place.yaml".into(),
        "title: {zh: 地, en: place}\nlevels: [l0, l1, l2, l3, l4]\nkey: code\nmembers: [places]\nparent: parent_code\nsuccessor: successor_code\n\
         attributes:\n  size: {type: integer, from: [places.size]}\n"
            .into(),
    );
    files.insert(
        "registers/group.yaml".into(),
        "title: {zh: 组, en: group}\nkey: group_no\nmembers: [roll]\nplace: place_code\nattributes:\n  flagged: {type: bool, from: [roll.flagged]}\n  \
         listed: {type: bool, listed: [group_list]}\n  score: {type: integer, from: [group_list.score]}\n"
            .into(),
    );
    let (members, sources) = dice.pick(&[
        ("[roll]", "[roll.group_no]"),
        ("[roll, ending]", "[roll.group_no]"),
        ("[roll, ending]", "[roll.group_no]"),
        ("[roll, ending]", "[roll.group_no, second.group_no]"),
        ("[roll, second]", "[second.group_no, roll.group_no]"),
        ("[roll, ending, second]", "[roll.group_no, second.group_no]"),
    ]);
    plan.second = sources.contains("second");
    if plan.second {
        files.insert(
            "feeds/second.yaml".into(),
            format!(
                "title: {{zh: 副, en: second}}\nmode: snapshot(all)\nvalid: data date\nrhythm: {{every: month, by: 10}}\nunknown_after: {}d\n\
                 links: {{person: person_no}}\ncolumns:\n  person_no: text\n  group_no: {{type: text, optional: true}}\n",
                dice.pick(&[60, 90, 400]),
            ),
        );
    }
    let ended = if plan.notice { "[ending.ended_on, notice.ended_on]" } else { "[ending.ended_on]" };
    files.insert(
        "registers/person.yaml".into(),
        format!(
            "title: {{zh: 人, en: person}}\nkey: person_no\nmembers: {members}\nbelongs_to: {{group: {sources}}}\nplace: group.place\n\
             attributes:\n  born: {{type: date, from: [roll.born]}}\n  ended: {{type: date, from: {ended}}}\n  chosen: {{type: bool, listed: [person_list]}}\n  rolled: {{type: bool, listed: [roll]}}\n  \
             score: {{type: integer, from: [person_list.score]}}\n",
        ),
    );
    if let Some(feed) = plan.events.iter().find(|feed| feed.grain == Grain::Day && feed.links.contains(&"l4")) {
        plan.cluster = Some(feed.name.clone());
        let key = dice.pick(&["[sort, place_code]", "[amount, place_code, happened]", "[place_code, sort]"]);
        files.insert(
            "registers/cluster.yaml".into(),
            format!("title: {{zh: 簇, en: cluster}}\nfrom: {}\nkey: {key}\nplace: place_code\n", feed.name),
        );
    }
}

/// Two due days a year.
const TERMS: &str = "rhythm: {every: year, by: [04-10, 10-10]}";

fn event_feed(dice: &mut Dice, files: &mut Files, name: String) -> EventFeed {
    let grain = dice.pick(&[Grain::Day, Grain::Day, Grain::Day, Grain::Month, Grain::Month, Grain::Year]);
    let links: Vec<&'static str> =
        dice.pick(&[vec!["person"], vec!["person"], vec!["person", "l4"], vec!["l4"], vec!["group"]]);
    let (ty, modes): (_, &[&str]) = match grain {
        Grain::List => ("date", &["append"]),
        Grain::Day => (
            "date",
            &[
                "append",
                "upsert(no)",
                "upsert(sort, happened)",
                "snapshot(by month)",
                "snapshot(by year)",
                "snapshot(all)",
                "snapshot(by sort)",
            ],
        ),
        Grain::Month => {
            ("month", &["append", "upsert(no)", "snapshot(by month)", "snapshot(by month)", "snapshot(by year)"])
        }
        Grain::Year => ("year", &["append", "upsert(no)", "snapshot(by year)"]),
    };
    let mode = dice.pick(modes);
    let (rhythm, unknown) = match grain {
        Grain::Year => (dice.pick(&["rhythm: {every: year, by: 11-30}", "rhythm: {every: year, by: 03-31}"]), 400),
        Grain::Month => ("rhythm: {every: month, by: 5}", dice.pick(&[40, 60, 90])),
        Grain::Day | Grain::List => {
            let snapshot = mode.starts_with("snapshot");
            let rhythm = dice.pick(&[
                "rhythm: {every: month, by: 5}",
                "rhythm: {every: month, by: 10}",
                "rhythm: {every: day}",
                "rhythm: on event\nzero_report: {every: month, by: 5}",
                "rhythm: on event",
                TERMS,
            ]);
            let unknown = dice.pick(&[20, 45, 60, 90]);
            // Lists that come twice a year would lapse before they are late.
            let unknown = if rhythm == TERMS && !snapshot { unknown * 5 } else { unknown };
            (if snapshot { "rhythm: {every: month, by: 5}" } else { rhythm }, unknown)
        }
    };
    let mut text = format!(
        "title: {{zh: 事, en: events}}\nmode: '{mode}'\nvalid: happened\n{rhythm}\ngrace: {}d\nunknown_after: {unknown}d\n",
        dice.between(0, 12)
    );
    let columns: Vec<(&str, &str)> = links
        .iter()
        .map(|link| match *link {
            "person" => ("person", "person_no"),
            "group" => ("group", "group_no"),
            _ => ("l4", "place_code"),
        })
        .collect();
    let written: Vec<String> = columns.iter().map(|(link, column)| format!("{link}: {column}")).collect();
    let _ = write!(text, "links: {{{}}}\ncolumns:\n  no: text\n  happened: {ty}\n", written.join(", "));
    for (_, column) in &columns {
        let ty = if *column == "place_code" { "code(place)" } else { "text" };
        let _ = writeln!(text, "  {column}: {ty}");
    }
    text += "  sort: text\n  amount: money\n  pieces: {type: integer, optional: true}\n  sure: {type: bool, optional: true}\n  \
             until: {type: date, optional: true}\n  share: {type: ratio, optional: true}\n";
    files.insert(format!("feeds/{name}.yaml"), text);
    EventFeed { name, grain, links }
}

fn parameters(dice: &mut Dice, files: &mut Files) {
    let second = dice.pick(&["2024-01-01", "2024-03-01", "2023-07-01"]);
    let known = dice.pick(&["2024-02-15", "2024-04-15", "2024-06-15"]);
    let line_place = dice.pick(&["990101", "990102", "9901", "990101100"]);
    let text = format!(
        "line:\n  title: {{zh: 线, en: line}}\n  type: money\n  values:\n    - {{place: '99', from: 2020-01-01, value: {}, basis: none, example: true}}\n    \
         - {{place: '{line_place}', from: {second}, known_from: {known}, value: {}, basis: none, example: true}}\n    \
         - {{place: '9902', from: {second}, to: 2024-05-31, value: 5, basis: none, example: true}}\n\
         gap:\n  title: {{zh: 隔, en: gap}}\n  type: period\n  values:\n    - {{place: '99', from: 2020-01-01, value: {}, basis: none, example: true}}\n    \
         - {{place: '990102', from: {second}, value: 10 days, basis: none, example: true}}\n\
         few:\n  title: {{zh: 少, en: few}}\n  type: integer\n  values:\n    - {{place: '{}', from: 2020-01-01, value: {}, basis: none, example: true}}\n\
         part:\n  title: {{zh: 份, en: part}}\n  type: ratio\n  values:\n    - {{place: '99', from: 2020-01-01, value: 0.5, basis: none, example: true}}\n\
         worth:\n  title: {{zh: 值, en: worth}}\n  type: integer\n  keys: {{sort: text, amount: band(money)}}\n  gaps: true\n  values:\n    \
         - {{place: '99', from: 2020-01-01, basis: none, example: true, rows: [{{sort: a, amount: ..<10, value: 1}}, {{sort: a, amount: 10..20, value: 2}}, {{sort: b, amount: 20<.., value: 3}}]}}\n    \
         - {{place: '{line_place}', from: {second}, known_from: {known}, basis: none, example: true, rows: [{{sort: a, amount: 5.., value: 4}}, {{sort: c, amount: .., value: 5}}]}}\n\
         step:\n  title: {{zh: 阶, en: step}}\n  type: ratio\n  keys: {{amount: band(money)}}\n  gaps: true\n  values:\n    \
         - {{place: '{}', from: 2020-01-01, basis: none, example: true, rows: [{{amount: 0..<10, value: 0.05}}, {{amount: 10..33.33, value: 0.125}}, {{amount: 50<.., value: 0.3}}]}}\n\
         piece:\n  title: {{zh: 件, en: piece}}\n  type: money\n  keys: {{pieces: band(integer)}}\n  gaps: true\n  values:\n    \
         - {{place: '99', from: 2020-01-01, basis: none, example: true, rows: [{{pieces: ..1, value: 3.5}}, {{pieces: 1<..<4, value: 2}}, {{pieces: 4.., value: 0.01}}]}}\n    \
         - {{place: '{line_place}', from: {second}, basis: none, example: true, rows: [{{pieces: 0..2, value: 1}}]}}\n",
        dice.pick(&["10", "20", "33.33"]),
        dice.pick(&["10", "20", "0.01"]),
        dice.pick(&["3 days", "1 month", "30 days"]),
        dice.pick(&["99", "9901"]),
        dice.between(1, 3),
        dice.pick(&["99", "9901", "990102"]),
    );
    files.insert("parameters.yaml".into(), text);
}
