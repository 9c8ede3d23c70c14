//! The written folder: same bytes, plausible counts, valid numbers, defects where they are said to be.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use calamine::{Data, Reader, Xlsx};
use simulate::{Settings, SimulateError, Summary, simulate};
use types::{Hash, Hasher, Month};

fn small(seed: u64, mess: f64) -> Settings {
    Settings { seed, mess, ..Settings::of(240) }
}

fn run(settings: &Settings) -> (tempfile::TempDir, Summary) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let summary = simulate(settings, folder.path(), &mut |_, _| ()).expect("a simulation");
    (folder, summary)
}

/// The hash of a folder: names and bytes.
fn digest(folder: &Path) -> Hash {
    let mut hasher = Hasher::default();
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        hasher.piece(path.file_name().expect("a name").to_string_lossy().as_bytes());
        hasher.piece(fs::read(&path).expect("a file"));
    }
    hasher.finish()
}

/// A file's lines, the header first.
fn lines(path: &Path) -> Vec<Vec<String>> {
    let bytes = fs::read(path).expect("a file");
    if path.extension().is_some_and(|ending| ending == "xlsx") {
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).expect("a workbook");
        let range = book.worksheet_range_at(0).expect("a sheet").expect("a readable sheet");
        let text = |cell: &Data| match cell {
            Data::DateTime(moment) => moment.to_string(),
            other => other.to_string(),
        };
        return range.rows().map(|row| row.iter().map(text).collect()).collect();
    }
    let text = match encoding_rs::UTF_8.decode_without_bom_handling_and_without_replacement(&bytes) {
        Some(text) => text.trim_start_matches('\u{feff}').to_owned(),
        None => encoding_rs::GB18030.decode(&bytes).0.into_owned(),
    };
    csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes())
        .records()
        .map(|line| line.expect("a line").iter().map(str::to_owned).collect())
        .collect()
}

fn kinds(folder: &Path) -> BTreeMap<String, usize> {
    let mut kinds = BTreeMap::new();
    for event in lines(&folder.join("truth/events.csv")).into_iter().skip(1) {
        *kinds.entry(event[1].clone()).or_default() += 1;
    }
    kinds
}

#[test]
fn the_same_seed_writes_the_same_bytes_and_another_does_not() {
    let [first, second, other] = [small(7, 0.5), small(7, 0.5), small(8, 0.5)].map(|settings| run(&settings));
    for part in ["deliveries", "truth"] {
        let of = |folder: &tempfile::TempDir| digest(&folder.path().join(part));
        assert_eq!(of(&first.0), of(&second.0));
        assert_ne!(of(&first.0), of(&other.0));
    }
}

#[test]
fn mess_never_changes_the_truth_and_none_leaves_no_defect() {
    let [clean, messy] = [small(7, 0.0), small(7, 1.0)].map(|settings| run(&settings));
    let events = |folder: &tempfile::TempDir| fs::read(folder.path().join("truth/events.csv")).expect("events");
    assert_eq!(events(&clean.0), events(&messy.0));
    assert_eq!(clean.1.defects, 0);
    assert!(messy.1.defects > 20, "{}", messy.1.defects);
    assert_eq!(lines(&clean.0.path().join("truth/defects.csv")).len(), 1);
    let words: BTreeSet<String> =
        lines(&messy.0.path().join("truth/defects.csv")).into_iter().skip(1).map(|defect| defect[3].clone()).collect();
    for word in
        ["late", "never_sent", "correction", "sent_twice", "amount_ten_times", "identifier_in_scientific_notation"]
    {
        assert!(words.contains(word), "{word} is missing from {words:?}");
    }
}

#[test]
fn every_citizen_number_is_valid_and_invented() {
    let (folder, _) = run(&small(3, 0.0));
    let mut seen = 0;
    for entry in fs::read_dir(folder.path().join("deliveries")).expect("a folder") {
        let lines = lines(&entry.expect("an entry").path());
        let Some(at) = lines[0].iter().position(|header| header.contains("身份")) else { continue };
        for line in &lines[1..] {
            assert!(line[at].starts_with("99"), "{}", line[at]);
            assert_eq!(codes::citizen_number::check(&line[at]).as_deref(), Ok(line[at].as_str()));
            seen += 1;
        }
    }
    assert!(seen > 10_000, "{seen}");
}

#[test]
fn defects_point_at_real_cells_that_hold_something_else_now() {
    let (folder, summary) = run(&small(11, 1.0));
    let defects = lines(&folder.path().join("truth/defects.csv"));
    assert_eq!(defects.len() - 1, summary.defects);
    let (mut cells, mut grids) = (0, 0);
    for defect in defects[1..].iter().filter(|defect| !defect[1].is_empty()) {
        let lines = lines(&folder.path().join("deliveries").join(&defect[0]));
        let row: usize = defect[1].parse().expect("a row number");
        // What is about no household is said to be where its row says.
        if let Some(at) = lines[0].iter().position(|header| *header == "网格代码").filter(|_| defect[5] == "tickets")
        {
            assert!(defect[2] == "网格代码" || defect[9] == lines[row - 1][at], "{defect:?}");
            grids += 1;
        }
        if defect[3] == "row_twice" {
            assert_eq!(lines[row - 1], lines[row - 2], "{defect:?}");
            continue;
        }
        let at = lines[0].iter().position(|header| *header == defect[2]).expect("a header");
        let cell = &lines[row - 1][at];
        assert_ne!(*cell, defect[4], "{defect:?}");
        match defect[3].as_str() {
            "identifier_in_scientific_notation" | "identifier_rounded" => {
                assert!(codes::looks_destroyed(cell), "{cell}")
            }
            "bad_check_digit" => assert!(codes::citizen_number::check(cell).is_err(), "{cell}"),
            "thousands_separator" => assert_eq!(cell.replace(',', ""), defect[4]),
            "required_cell_empty" => assert!(cell.is_empty()),
            _ => (),
        }
        cells += 1;
    }
    assert!(cells > 10 && grids > 0, "{cells} {grids}");
}

#[test]
fn the_manifest_lists_every_file_in_order_of_arrival() {
    let (folder, summary) = run(&small(5, 0.5));
    let manifest = lines(&folder.path().join("deliveries/manifest.csv"));
    assert_eq!(manifest[0], ["file", "feed", "received", "data_date", "scope"]);
    assert_eq!(manifest.len() - 1, summary.deliveries);
    let names: BTreeSet<&String> = manifest[1..].iter().map(|line| &line[0]).collect();
    let files = fs::read_dir(folder.path().join("deliveries")).expect("a folder").count();
    assert_eq!((names.len(), files), (summary.deliveries, summary.deliveries + 1));
    let mut before = String::new();
    for line in &manifest[1..] {
        assert!(line[2] >= before && line[2] > line[3], "{line:?}");
        assert!(line[2] <= summary.last_day.to_string(), "{line:?}");
        before.clone_from(&line[2]);
    }
    let copy = manifest.iter().find(|line| line[0].contains("(1)")).expect("a file sent twice");
    let bytes = |name: &str| fs::read(folder.path().join("deliveries").join(name)).expect("a file");
    assert_eq!(bytes(&copy[0]), bytes(&copy[0].replace("(1)", "")));
}

#[test]
fn a_county_of_two_thousand_households_is_plausible() {
    let (folder, summary) = run(&Settings::of(2_000));
    assert_eq!(summary.households, 2_000);
    assert!((5_800..8_000).contains(&summary.persons), "{}", summary.persons);
    assert_eq!(summary.last_day.to_string(), "2026-06-10");
    // At least three in ten fall into hardship by what no feed shows, of all hardships, at any size.
    assert!((60..600).contains(&summary.hardships), "{}", summary.hardships);
    assert!(summary.hidden * 10 >= summary.hardships * 3, "{} of {}", summary.hidden, summary.hardships);
    assert!(summary.hidden * 10 <= summary.hardships * 6, "{} of {}", summary.hidden, summary.hardships);
    let kinds = kinds(folder.path());
    for (kind, from, to) in [
        ("death", 25, 110),
        ("birth", 20, 130),
        ("allowance_paid_after_death", 4, 60),
        ("inpatient_stay", 800, 2_600),
        ("traffic_accident", 15, 90),
        ("fund_paid_for_third_party", 3, 30),
        ("settlement_template", 1, 1),
        ("income_fell", 150, 450),
        ("water_cut", 5, 40),
        ("ticket_again", 8, 80),
        ("household_moved", 5, 40),
        ("left_county", 3, 60),
        ("joined_household", 8, 90),
        ("consent", 40, 260),
        ("firm_post", 40, 240),
        ("dwelling_bought", 2, 60),
        ("clerk_slip", 60, 900),
    ] {
        let count = kinds.get(kind).copied().unwrap_or(0);
        assert!((from..=to).contains(&count), "{kind}: {count}");
    }
}

#[test]
fn wrong_settings_and_full_folders_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let attempt = |settings: &Settings| simulate(settings, folder.path(), &mut |_, _| ());
    let standard = Settings::of(2_000);
    for wrong in [
        Settings { households: 1, ..standard.clone() },
        Settings { months: 1, ..standard.clone() },
        Settings { mess: f64::NAN, ..standard.clone() },
        Settings { last_month: Month(i32::MAX), ..standard.clone() },
    ] {
        assert!(matches!(attempt(&wrong), Err(SimulateError::Setting { .. })), "{wrong:?}");
    }
    fs::write(folder.path().join("note.txt"), "mine").expect("a file");
    assert!(matches!(attempt(&standard), Err(SimulateError::NotEmpty { .. })));
}

/// Every row of the feeds that begin with `feed`, by the name of the file.
fn rows_of(folder: &Path, feed: &str) -> Vec<(String, Vec<Vec<String>>)> {
    let deliveries = folder.join("deliveries");
    let manifest = lines(&deliveries.join("manifest.csv"));
    let own = manifest.into_iter().skip(1).filter(|line| line[1] == feed);
    own.map(|line| (line[3].clone(), lines(&deliveries.join(&line[0])))).collect()
}

#[test]
fn lists_of_assets_name_nobody_who_has_not_signed() {
    let (folder, _) = run(&Settings { mess: 0.0, ..Settings::of(2_000) });
    let mut signed: BTreeMap<String, String> = BTreeMap::new();
    for (_, lines) in rows_of(folder.path(), "consents") {
        for line in &lines[1..] {
            let first = signed.entry(line[1].clone()).or_insert_with(|| line[3].clone());
            *first = line[3].clone().min(first.clone());
        }
    }
    assert!(signed.len() > 30, "{}", signed.len());
    // Who belongs to which household, by month.
    let mut home: BTreeMap<(String, String), String> = BTreeMap::new();
    for (date, lines) in rows_of(folder.path(), "police_register") {
        let at = |name: &str| lines[0].iter().position(|header| header.contains(name)).expect("a column");
        let (number, household) = (at("身份"), at("户号"));
        for line in &lines[1..] {
            home.insert((date.clone(), line[number].clone()), line[household].clone());
        }
    }
    for feed in ["bank_deposits", "property", "firm_posts", "vehicles"] {
        let mut seen = 0;
        for (date, lines) in rows_of(folder.path(), feed) {
            let at = lines[0].iter().position(|header| header.contains("身份")).expect("a citizen number");
            for line in &lines[1..] {
                let Some(household) = home.get(&(date.clone(), line[at].clone())) else { continue };
                let since = signed.get(household);
                assert!(since.is_some_and(|since| *since <= date), "{feed} {date}: {line:?}");
                seen += 1;
            }
        }
        assert!(seen > 20, "{feed}: {seen}");
    }
}

#[test]
fn slips_of_clerks_stand_in_the_files_and_in_the_truth() {
    let (folder, _) = run(&Settings { mess: 0.0, ..Settings::of(2_000) });
    let events = lines(&folder.path().join("truth/events.csv"));
    let slips = |what: &str| -> BTreeSet<(String, String)> {
        let what = format!("what={what}");
        let those = events.iter().filter(|event| event[1] == "clerk_slip" && event[5].ends_with(&what));
        those.map(|event| (event[2].clone(), event[0].clone())).collect()
    };
    // A removal without a form is a slip, and every other removal has one by the end.
    let numbers = |feed: &str| -> BTreeSet<(String, String)> {
        let of = |(_, lines): (String, Vec<Vec<String>>)| -> Vec<(String, String)> {
            let day = lines[0].iter().position(|header| header == "消除日期").expect("a day");
            lines[1..].iter().map(|line| (line[0].clone(), line[day].chars().take(10).collect())).collect()
        };
        rows_of(folder.path(), feed).into_iter().flat_map(of).collect()
    };
    let (removals, forms) = (numbers("risk_removals"), numbers("removal_forms"));
    let late = "2026-03-01".to_owned();
    let missing: BTreeSet<_> = removals.difference(&forms).filter(|(_, day)| *day < late).cloned().collect();
    let told: BTreeSet<_> =
        slips("form_missing").into_iter().filter(|slip| removals.contains(slip) && slip.1 < late).collect();
    assert_eq!(missing, told);
    // A wage that nobody asked after is logged though it was not paid, and told.
    let logged = slips("unpaid_wage_logged");
    let mut seen = 0;
    for (_, lines) in rows_of(folder.path(), "poverty_work_log") {
        for line in &lines[1..] {
            if logged.contains(&(line[0].clone(), format!("{}-01", line[2]))) {
                assert!(line[3] == "是" && line[4] != "0.00", "{line:?}");
                seen += 1;
            }
        }
    }
    assert!(seen > 0 && seen <= logged.len(), "{seen} of {}", logged.len());
}
