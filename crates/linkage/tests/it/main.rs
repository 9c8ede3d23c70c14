//! Numbers depend on deliveries and keys, on nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray, UInt32Array};
use linkage::{Mark, fingerprint, link};
use pack::Programme;
use pack::programme::{Belonging, Column, Covers, CoversFrom, CoversTo, Feed, Mode, PlaceOf, Register, Shape, Valid};
use tablefile::FileSpool;
use types::{
    Class, Day, Delivery, Hash, Identities, Landed, Linked, NO_NUMBER, ROW_COLUMN, RefusalCode, RefusedRow, Text, Type,
};

/// One row: subject, lower place, upper place, fen, day.
type Cells<'a> = (Option<&'a str>, Option<&'a str>, Option<&'a str>, i64, i32);

fn column(name: &str, ty: Type) -> (String, Column) {
    let column = Column {
        name: name.into(),
        title: Text::default(),
        ty,
        aliases: Vec::new(),
        optional: true,
        class: Class::Internal,
        words: BTreeMap::new(),
    };
    (name.into(), column)
}

fn register(name: &str, shape: Shape) -> (String, Register) {
    (name.into(), Register { name: name.into(), pack: 0, title: Text::default(), shape, attributes: BTreeMap::new() })
}

fn members(belongs_to: Option<Belonging>) -> Shape {
    Shape::Members {
        key: Type::Text,
        key_name: "id".into(),
        key_class: Class::Internal,
        members: Vec::new(),
        belongs_to,
        place: PlaceOf::None,
    }
}

fn programme() -> Programme {
    let links = [("person", "id"), ("lower", "lower_code"), ("upper", "upper_code")];
    let feed = Feed {
        name: "rows".into(),
        pack: 0,
        title: Text::default(),
        provider: None,
        agreement: None,
        files: Vec::new(),
        mode: Mode::Append,
        valid: Valid::Column("day".into()),
        covers: Covers { from: CoversFrom::PreviousEnd, to: CoversTo::DataDate, name: String::new() },
        rhythm: None,
        grace_days: 0,
        unknown_after_days: 0,
        links: links.iter().map(|(kind, column)| ((*kind).into(), (*column).into())).collect(),
        columns: BTreeMap::from([
            column("id", Type::Text),
            column("lower_code", Type::Text),
            column("upper_code", Type::Text),
            column("amount", Type::MONEY),
            column("day", Type::Day),
        ]),
        checks: Vec::new(),
        fingerprint: Hash::of(b""),
    };
    let places = Shape::Place {
        levels: vec!["upper".into(), "lower".into()],
        titles: vec![Text::default(); 2],
        members: Vec::new(),
        key: "code".into(),
        parent: "parent".into(),
        successor: None,
    };
    let lots = Shape::Derived {
        feed: "rows".into(),
        key: vec!["amount".into(), "upper_code".into(), "day".into()],
        place: Some("upper_code".into()),
    };
    Programme {
        packs: Vec::new(),
        registers: BTreeMap::from([
            register("person", members(None)),
            register("place", places),
            register("lot", lots),
        ]),
        feeds: BTreeMap::from([("rows".into(), feed)]),
        parameters: BTreeMap::new(),
        features: Vec::new(),
        models: BTreeMap::new(),
        workflows: BTreeMap::new(),
        roles: BTreeMap::new(),
        calendar: Default::default(),
        indicators: BTreeMap::new(),
        agreements: BTreeMap::new(),
        publishable: Default::default(),
    }
}

fn delivery(sequence: u32) -> Delivery {
    Delivery {
        sequence,
        feed: "rows".into(),
        hash: Hash::of(&sequence.to_le_bytes()),
        file_name: String::new(),
        received: Day(0),
        data_date: Day(0),
        covers: None,
        scopes: Vec::new(),
        rows: 0,
        refused: 0,
    }
}

fn landed(rows: &[Cells<'_>], refused: &[(&str, &str)]) -> Landed {
    let text =
        |cell: fn(&Cells<'_>) -> Option<String>| Arc::new(StringArray::from_iter(rows.iter().map(cell))) as ArrayRef;
    let numbers = UInt32Array::from_iter_values((2..).take(rows.len()));
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("amount", Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.3)))),
        ("day", Arc::new(Date32Array::from_iter_values(rows.iter().map(|row| row.4)))),
        ("id", text(|row| row.0.map(str::to_owned))),
        ("lower_code", text(|row| row.1.map(str::to_owned))),
        ("upper_code", text(|row| row.2.map(str::to_owned))),
        (ROW_COLUMN, Arc::new(numbers)),
    ];
    let refused = (100..).zip(refused).map(|(row, (column, value))| RefusedRow {
        sheet: None,
        row,
        column: None,
        code: RefusalCode::WrongType,
        check: None,
        value: String::new(),
        readable: [(column, value)].into_iter().collect(),
    });
    Landed { table: RecordBatch::try_from_iter(columns).expect("table"), refused: refused.collect(), spool: None }
}

fn keys(identities: &BTreeMap<String, Identities>, space: &str) -> Vec<String> {
    identities[space].keys().map(ToString::to_string).collect()
}

fn linked_keys(linked: &Linked, link: &str, space: &str, identities: &BTreeMap<String, Identities>) -> Vec<String> {
    let name =
        |number: &u32| if *number == NO_NUMBER { "-".into() } else { identities[space].key(*number).to_string() };
    linked.links[link].iter().map(name).collect()
}

const ROWS: [Cells<'static>; 4] = [
    (Some("C"), Some("990101100200"), Some("990101100"), 500_000, 20_604),
    (Some("A"), None, Some("990101100"), 500_000, 20_604),
    (Some("B"), Some("990101100201"), None, 12_345, 20_605),
    (None, Some("990101100200"), Some("990101101"), 0, 20_605),
];

#[test]
fn shuffled_rows_give_the_same_numbers() {
    let programme = programme();
    let mut expected = None;
    for turn in 0..ROWS.len() {
        let mut rows = ROWS;
        rows.rotate_left(turn);
        rows.swap(0, turn / 2);
        let mut identities = BTreeMap::new();
        link(&programme, delivery(1), landed(&rows, &[("id", "AA")]), &mut identities).expect("linked");
        link(&programme, delivery(2), landed(&[(Some("0"), None, None, 0, 0)], &[]), &mut identities).expect("linked");
        let all: Vec<Vec<String>> = ["person", "place", "lot"].map(|space| keys(&identities, space)).to_vec();
        assert_eq!(all[0], ["A", "AA", "B", "C", "0"], "by delivery first, then by key");
        assert_eq!(all[1], ["990101100", "990101100200", "990101100201", "990101101"], "all levels in one space");
        assert_eq!(expected.get_or_insert_with(|| all.clone()), &all);
    }
}

#[test]
fn every_link_knows_its_rows() {
    let (programme, mut identities) = (programme(), BTreeMap::new());
    let linked =
        link(&programme, delivery(1), landed(&ROWS, &[("id", "Z"), ("upper_code", "990101102")]), &mut identities)
            .expect("linked");
    assert_eq!(linked_keys(&linked, "person", "person", &identities), ["C", "A", "B", "-"]);
    assert_eq!(
        linked_keys(&linked, "lower", "place", &identities),
        ["990101100200", "-", "990101100201", "990101100200"]
    );
    let lots = ["5000.00|990101100|2026-05-31", "5000.00|990101100|2026-05-31", "-", "0.00|990101101|2026-06-01"];
    assert_eq!(linked_keys(&linked, "lot", "lot", &identities), lots);
    let person = &linked.refused_links["person"];
    assert_eq!((person.len(), identities["person"].key(person[0]), person[1]), (2, "Z", NO_NUMBER));
    assert_eq!(*linked.refused_links["lot"], [NO_NUMBER; 2]);
    assert!(identities["place"].number("990101102").is_some(), "a readable key of a refused row is a subject too");
}

#[test]
fn rows_that_lie_in_a_spool_are_linked_and_ordered_alike() {
    // Out of order, so that they are ordered; some keys are known from a delivery before.
    let names = ["C", "A", "B", "D", "E"];
    let rows: Vec<Cells<'_>> = (0..23_i32)
        .map(|row| {
            let which = row as usize;
            let id = (row % 6 != 0).then_some(names[which % 5]);
            (id, (row % 4 != 0).then_some("990101100200"), Some("990101100"), i64::from(row), 20_604 - row % 3)
        })
        .collect();
    let refused = [("id", "Z"), ("upper_code", "990101102")];
    let run = |piece: Option<usize>| {
        let (programme, mut identities) = (programme(), BTreeMap::new());
        link(&programme, delivery(1), landed(&ROWS, &[]), &mut identities).expect("linked");
        let spool = piece.map(|piece| Arc::new(FileSpool::new(tempfile::tempfile, piece)) as Arc<dyn types::Spool>);
        let landed = Landed { spool, ..landed(&rows, &refused) };
        let linked = link(&programme, delivery(2), landed, &mut identities).expect("linked");
        let keys: Vec<String> = identities.keys().flat_map(|space| keys(&identities, space)).collect();
        (linked.table, linked.links, linked.refused_links, keys)
    };
    let held = run(None);
    assert!(*held.0["day"] != *landed(&rows, &[]).table["day"], "they come in another order");
    for piece in [1, 2, 8, 22, 23, 24] {
        assert_eq!(run(Some(piece)), held, "by {piece}");
    }
    let full = Arc::new(FileSpool::new(|| Err(std::io::ErrorKind::StorageFull.into()), 4));
    let landed = Landed { spool: Some(full), ..landed(&rows, &refused) };
    assert!(link(&programme(), delivery(1), landed, &mut BTreeMap::new()).is_err(), "no room");
}

#[test]
fn what_was_added_can_be_stored() {
    let (programme, mut identities) = (programme(), BTreeMap::new());
    let rows = [(Some("A"), None, None, 0, 0)];
    link(&programme, delivery(1), landed(&rows, &[]), &mut identities).expect("linked");
    let mark = Mark::of(&identities);
    assert!(mark.added(&identities).is_empty());
    let rows = [(Some("B"), Some("99"), None, 0, 0), (Some("A"), None, None, 0, 0)];
    link(&programme, delivery(2), landed(&rows, &[]), &mut identities).expect("linked");
    let added = mark.added(&identities);
    let added: Vec<_> = added
        .iter()
        .flat_map(|(space, segments)| segments.iter().map(move |segment| (space.as_str(), segment)))
        .map(|(space, segment)| (space, segment.first(), segment.keys().iter().flatten().collect::<Vec<_>>()))
        .collect();
    assert_eq!(added, [("person", 1, vec!["B"]), ("place", 0, vec!["99"])]);
}

#[test]
fn the_fingerprint_changes_with_what_links_would() {
    let base = programme();
    let of = |programme: &Programme| fingerprint(programme, &programme.feeds["rows"]);
    type Change = fn(&mut Programme);
    let other: [(&str, Change); 6] = [
        ("the rows are read otherwise", |programme| {
            programme.feeds.get_mut("rows").expect("feed").fingerprint = Hash::of(b"other");
        }),
        ("a link less", |programme| drop(programme.feeds.get_mut("rows").expect("feed").links.remove("lower"))),
        ("a link to another column", |programme| {
            programme.feeds.get_mut("rows").expect("feed").links.insert("lower".into(), "upper_code".into());
        }),
        ("a link of another space", |programme| {
            let (_, register) = register("lower", members(None));
            programme.registers.insert("lower".into(), register);
            programme.registers.remove("place");
        }),
        ("a derived register with another key", |programme| {
            let lot = programme.registers.get_mut("lot").expect("register");
            lot.shape = Shape::Derived { feed: "rows".into(), key: vec!["upper_code".into()], place: None };
        }),
        ("a column that a register reads", |programme| {
            let sources = vec![("rows".to_owned(), "lower_code".to_owned())];
            let (name, register) = register("group", members(Some(Belonging { kind: "person".into(), sources })));
            programme.registers.insert(name, register);
        }),
    ];
    let mut seen = std::collections::BTreeSet::from([of(&base)]);
    for (what, change) in other {
        let mut programme = programme();
        change(&mut programme);
        assert!(seen.insert(of(&programme)), "{what}");
    }
    let mut same = base.clone();
    same.registers.get_mut("person").expect("register").title = Text::new("人", "people");
    same.feeds.get_mut("rows").expect("feed").grace_days = 9;
    assert_eq!(of(&same), of(&base), "what links do not depend on");
}

#[test]
fn both_lengths_of_one_number_are_one_subject() {
    let code = codes::codes().find(|code| code.check("990101900307123").is_ok()).expect("a code with an old length");
    let new = code.check("990101900307123").expect("old length");
    assert_eq!((new.len(), code.check(&new.to_lowercase())), (18, Ok(new.clone())));
    let (programme, mut identities) = (programme(), BTreeMap::new());
    let canonical = |text: &str| code.check(text).expect("code");
    let cells = [canonical("990101900307123"), canonical(&new)];
    let rows: Vec<Cells<'_>> = cells.iter().map(|cell| (Some(cell.as_str()), None, None, 0, 0)).collect();
    let linked = link(&programme, delivery(1), landed(&rows, &[]), &mut identities).expect("linked");
    assert_eq!(linked.links["person"][0], linked.links["person"][1]);
}

#[test]
fn a_feed_nobody_declares_links_nothing() {
    let mut identities = BTreeMap::new();
    let delivery = Delivery { feed: "other".into(), ..delivery(1) };
    let linked = link(&programme(), delivery, landed(&ROWS, &[]), &mut identities).expect("linked");
    assert!(linked.links.is_empty() && linked.refused_links.is_empty() && identities.is_empty());
    assert_eq!(linked.table.num_rows(), 4);
}
