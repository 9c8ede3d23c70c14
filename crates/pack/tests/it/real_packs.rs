//! The packs of this repository: no error, and the parts other crates rely on.

use std::collections::BTreeMap;
use std::path::PathBuf;

use pack::programme::{FeatureShape, Mode, Scope, Window};
use pack::{Severity, load, load_files};
use types::{Day, Lang, Value};

use crate::{crate_path, pack};

#[test]
fn the_packs_of_this_repository_are_sound() {
    let Ok(entries) = std::fs::read_dir(crate_path("../../packs")) else { return };
    let mut folders: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect();
    folders.sort();
    let folders: Vec<_> = folders.iter().map(PathBuf::as_path).collect();
    let loaded = load(&folders);
    let errors: Vec<_> = loaded
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| finding.render(&loaded.sources, Lang::En, false))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    for warning in &loaded.findings {
        println!("{}", warning.render(&loaded.sources, Lang::En, false));
    }
    // Alone, each finds what it builds on beside it.
    for folder in folders {
        assert!(load(&[folder]).programme.is_some(), "{}", folder.display());
    }
}

#[test]
fn features_come_after_those_they_read_and_packs_after_those_they_build_on() {
    let title = "title: {zh: 甲, en: a}";
    let features = format!(
        "a_last: {{{title}, of: person, value: b_mid * 2}}\n\
         b_mid: {{{title}, of: person, value: c_first + c_first}}\n\
         c_first: {{{title}, of: person, from: visits, value: sum(cost), window: calendar_year}}\n\
         d_all: {{{title}, of: town, from: person, value: sum(a_last)}}\n"
    );
    let demo = pack(
        "aaa",
        &[
            (
                "pack.yaml",
                "id: aaa\nversion: 0.1.0\ntitle: {zh: 甲, en: a}\nbuilds_on: [zzz]\ntest: {as_of: 2026-05-31, place: '99'}",
            ),
            ("features/x.yaml", &features),
        ],
    );
    let ground = pack(
        "zzz",
        &[
            (
                "pack.yaml",
                "id: zzz\nversion: 0.1.0\ntitle: {zh: 底, en: ground}\ntest: {as_of: 2026-05-31, place: '99'}",
            ),
            (
                "registers/area.yaml",
                "title: {zh: 区, en: area}\nlevels: [country, town]\nkey: code\nmembers: [areas]\nparent: parent",
            ),
            (
                "registers/person.yaml",
                "title: {zh: 人, en: person}\nkey: no\nmembers: [people]\nplace: town_code\nattributes: {}",
            ),
            (
                "feeds/areas.yaml",
                "title: {zh: 区, en: areas}\nmode: snapshot(all)\nvalid: data date\nrhythm: {every: year, by: 12-31}\nunknown_after: 800d\nlinks: {area: code}\ncolumns: {code: code(place), parent: {type: code(place), optional: true}}",
            ),
            (
                "feeds/people.yaml",
                "title: {zh: 人, en: people}\nmode: snapshot(all)\nvalid: data date\nrhythm: {every: month, by: 5}\nunknown_after: 60d\nlinks: {person: no}\ncolumns: {no: text, town_code: code(place)}",
            ),
            (
                "feeds/visits.yaml",
                "title: {zh: 次, en: visits}\nmode: snapshot(by year)\nvalid: day\nrhythm: {every: month, by: 5}\nunknown_after: 60d\nlinks: {person: no}\ncolumns: {no: text, day: date, cost: money}",
            ),
        ],
    );
    let loaded = load_files(vec![demo, ground]);
    assert!(loaded.findings.is_empty(), "{:#?}", loaded.findings);
    let programme = loaded.programme.expect("programme");
    assert_eq!(programme.packs.iter().map(|pack| pack.id.as_str()).collect::<Vec<_>>(), ["zzz", "aaa"]);
    let order: BTreeMap<_, _> =
        programme.features.iter().enumerate().map(|(index, feature)| (feature.name.as_str(), index)).collect();
    assert!(order["c_first"] < order["b_mid"] && order["b_mid"] < order["a_last"] && order["a_last"] < order["d_all"]);
    let first = programme.feature("person", "c_first").expect("feature");
    assert_eq!((first.unit.as_deref(), first.may_be_absent), (Some("yuan"), false));
    assert!(
        matches!(&first.shape, FeatureShape::Rows(rows) if rows.via == "person" && rows.window == Window::CalendarYear)
    );
    assert_eq!(programme.feeds["visits"].mode, Mode::Snapshot(Scope::ByYear));
    assert_eq!(programme.register_of("town").map(|register| register.name.as_str()), Some("area"));
}

/// Clocks of casework read `calendar.yaml`, rules a parameter: both must say the same of every day.
#[test]
fn rules_and_clocks_keep_one_calendar() {
    let loaded = load(&[crate_path("../../packs/base").as_path()]);
    let programme = loaded.programme.expect("the base pack");
    let mut days = 0;
    for value in programme.parameters.get("workday_calendar").into_iter().flat_map(|parameter| &parameter.values) {
        let Value::Table(table) = &value.value else { panic!("a table") };
        let last = value.to.expect("the notice ends");
        for day in (value.from.0..=last.0).map(Day) {
            let named = table.find(&[Value::Day(day)]).map(|entry| entry.value == Value::Bool(true));
            // Day 0 was a Thursday.
            let works = named.unwrap_or((day.0 + 3).rem_euclid(7) < 5);
            assert_eq!(programme.calendar.is_working(day).ok(), Some(works), "{day}");
            days += 1;
        }
    }
    assert_eq!(days, 366 + 365 + 365);
}
