//! Cases under the workflows of the repository's packs: deadlines, returns, four eyes, and any order of commands.

use std::collections::BTreeMap;
use std::path::Path;

use pack::Programme;
use pack::programme::{ActionKind, FieldType, Steps};
use types::{Day, Question, SubjectRef, Text, Value};

use super::clock::{ClockState, of_state, of_whole};
use super::form::Origin;
use super::{
    Act, Case, CaseChange, CaseEvent, CaseId, Desk, Doer, Fact, Facts, MeasureState, Moment, Open, RefusalWord, act,
    offers, open,
};

fn programme() -> Programme {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let loaded = pack::load(&[&packs.join("anti-poverty"), &packs.join("base")]);
    loaded.programme.expect("packs without findings")
}

const WORKFLOW: &str = "home-verification";

fn steps(programme: &Programme) -> &Steps {
    programme.workflows[WORKFLOW].steps.as_ref().expect("steps")
}

fn desk(programme: &Programme) -> Desk<'_> {
    let workflow = &programme.workflows[WORKFLOW];
    Desk {
        workflow: WORKFLOW,
        steps: steps(programme),
        pack: programme.packs[workflow.pack].hash,
        calendar: &programme.calendar,
    }
}

fn day(text: &str) -> Day {
    Day::parse(text).expect(text)
}

fn at(on: Day) -> Moment {
    Moment { on, at: format!("{on}T09:00:00+08:00") }
}

fn doer(name: &str, role: &str) -> Doer {
    Doer { name: name.into(), roles: vec![role.into()] }
}

/// As if everyone were known to the last word on `on`.
fn facts(on: Day) -> Facts {
    let fact = Fact { value: Some(Value::Bool(true)), text: Some("true".into()), title: Text::default(), why: vec![] };
    Facts {
        question: Question { as_of: on, known_by: on },
        last_delivery: 1,
        values: BTreeMap::from([("rural".to_owned(), fact)]),
    }
}

fn subject(key: &str) -> SubjectRef {
    SubjectRef { kind: "household".into(), key: key.into() }
}

/// What a person would fill in, given the field's type.
fn filled(
    desk: &Desk<'_>,
    form: &[String],
    on: Day,
    choose: &mut impl FnMut(usize) -> usize,
) -> BTreeMap<String, Option<String>> {
    let mut fields = BTreeMap::new();
    for name in form {
        let field = &desk.steps.fields[name];
        let text = match field.ty {
            FieldType::Integer => (1 + choose(5)).to_string(),
            FieldType::Money => "100.50".to_owned(),
            FieldType::Date => on.to_string(),
            FieldType::Bool => (choose(4) > 0).to_string(),
            FieldType::Choice | FieldType::Choices if !field.options.is_empty() => {
                field.options[choose(field.options.len())].0.clone()
            }
            FieldType::Choice | FieldType::Choices => {
                let kinds: Vec<&String> = desk.steps.measures.keys().collect();
                kinds[choose(kinds.len())].clone()
            }
            _ => "H1".to_owned(),
        };
        fields.insert(name.clone(), Some(text));
    }
    fields
}

struct Run<'p> {
    desk: Desk<'p>,
    events: Vec<CaseEvent>,
    on: Day,
}

impl<'p> Run<'p> {
    fn opened(programme: &'p Programme, on: &str) -> Self {
        let desk = desk(programme);
        let command = Open {
            id: CaseId(1),
            source: "self_report".into(),
            place: "990101100201".into(),
            subject: None,
            clue: None,
            fields: ["applicant", "phone", "need"].map(|name| (name.to_owned(), Some("x".to_owned()))).into(),
            proxy: false,
            receipt: None,
            by: None,
        };
        let event = open(&desk, command, None, None, &at(day(on))).expect("opened");
        Self { desk, events: vec![event], on: day(on) }
    }

    fn case(&self) -> Case {
        Case::fold(&self.events).expect("fits").expect("a case")
    }

    fn act(&mut self, action: &str, by: &Doer, reason: Option<&str>) -> Result<(), RefusalWord> {
        self.act_on(action, None, by, reason)
    }

    fn act_on(&mut self, action: &str, item: Option<u32>, by: &Doer, reason: Option<&str>) -> Result<(), RefusalWord> {
        let form = self.desk.steps.action(action).expect(action).form.clone();
        // The largest choice: forms are filled in favour of going on.
        let fields = filled(&self.desk, &form, self.on, &mut |below| below.saturating_sub(1));
        self.send(Act { action: action.into(), item, fields, reason: reason.map(str::to_owned), subject: None }, by)
    }

    fn send(&mut self, mut command: Act, by: &Doer) -> Result<(), RefusalWord> {
        if command.action == "accept" {
            command.subject = Some(subject("H1"));
        }
        let case = self.case();
        let facts = facts(self.on);
        let event = act(&self.desk, &case, &command, by, Some(&facts), None, &at(self.on));
        self.events.push(event.map_err(|refusal| refusal.code)?);
        Ok(())
    }
}

#[test]
fn three_returns_lead_to_the_arbitrator_and_a_reason_is_always_needed() {
    let programme = programme();
    let mut run = Run::opened(&programme, "2026-06-01");
    let (village, township) = (doer("v", "village_worker"), doer("t", "township_officer"));
    run.act("accept", &village, None).expect("accept");
    for round in 1..=3 {
        run.act("verify", &village, None).expect("verify");
        run.act("consent", &village, None).expect("consent");
        run.act("compare", &township, None).expect("compare");
        assert_eq!(run.act("township_return", &township, None), Err(RefusalWord::ReasonMissing));
        assert_eq!(run.act("township_return", &village, Some("x")), Err(RefusalWord::NotYourRole));
        run.act("township_return", &township, Some("核实不清")).expect("return");
        let expected = if round == 3 { "arbitration" } else { "accepted" };
        assert_eq!((run.case().state.as_str(), run.case().returns), (expected, round));
    }
    assert_eq!(run.act("uphold", &township, Some("x")), Err(RefusalWord::NotYourRole));
    run.act("uphold", &doer("a", "county_arbitrator"), Some("事实清楚")).expect("uphold");
    // Who verified does not pass the check, whatever else they may do.
    let both = Doer { name: "v".into(), roles: vec!["township_officer".into()] };
    assert_eq!(run.act("township_pass", &both, None), Err(RefusalWord::FourEyes));
    let shown = offers(&run.desk, &run.case(), &both, None, run.on);
    let pass = shown.iter().find(|offer| offer.action.id == "township_pass").expect("listed, with why not");
    assert_eq!(pass.refused.as_ref().map(|refusal| refusal.code), Some(RefusalWord::FourEyes));
}

/// Who has a clue in hand does not type again whom it is about; who takes it for another says so.
#[test]
fn a_clue_names_the_subject_and_the_form_knows_it() {
    let programme = programme();
    let (desk, on, village) = (desk(&programme), day("2026-06-01"), doer("v", "village_worker"));
    let command = Open {
        id: CaseId(1),
        source: "department".into(),
        place: "990101100201".into(),
        subject: Some(subject("H7")),
        clue: Some(crate::ClueId(3)),
        fields: BTreeMap::new(),
        proxy: false,
        receipt: None,
        by: Some(village.clone()),
    };
    let event = open(&desk, command, None, None, &at(on)).expect("opened");
    let mut run = Run { desk, events: vec![event], on };
    let case = run.case();
    let offered = offers(&run.desk, &case, &village, None, on);
    let form = &offered.iter().find(|offer| offer.action.id == "accept").expect("accept").form;
    let line = form.iter().find(|line| line.field.name == "household").expect("household");
    assert_eq!((line.value.as_deref(), line.origin.clone()), (Some("H7"), Some(Origin::Named(on))));
    for (sent, key) in [(None, "H7"), (Some("H8"), "H8")] {
        let mut fields = filled(&run.desk, &["risk".to_owned()], on, &mut |_| 0);
        fields.extend(sent.map(|key| ("household".to_owned(), Some(key.to_owned()))));
        let command = Act { action: "accept".into(), fields, subject: sent.map(subject), ..Act::default() };
        let event = act(&run.desk, &case, &command, &village, None, None, &at(on)).expect("accepted");
        run.events.truncate(1);
        run.events.push(event);
        let after = run.case();
        assert_eq!(after.subject, Some(subject(key)));
        assert_eq!(after.known["household"].value, key);
    }
}

#[test]
fn the_green_channel_helps_first_and_only_there() {
    let programme = programme();
    let mut run = Run::opened(&programme, "2026-06-01");
    let (village, township) = (doer("v", "village_worker"), doer("t", "township_officer"));
    run.act("accept", &village, None).expect("accept");
    assert_eq!(run.act("propose", &village, None), Err(RefusalWord::NotInState));
    run.act("green", &township, Some("房屋倒塌")).expect("green");
    assert_eq!(
        run.act("propose", &village, None),
        Err(RefusalWord::NotEntitled),
        "a post needs people, and nobody was counted"
    );
    let form = run.desk.steps.action("propose").expect("propose").form.clone();
    let mut fields = filled(&run.desk, &form, run.on, &mut |_| 0);
    fields.insert("measure".into(), Some("temporary_relief".into()));
    run.send(Act { action: "propose".into(), item: None, fields, reason: None, subject: None }, &village)
        .expect("help first");
    assert_eq!(run.case().in_state(MeasureState::Proposed), 1);
    let fund = doer("f", "fund_officer");
    assert_eq!(run.act_on("pay", Some(1), &fund, None), Err(RefusalWord::MeasureState), "not committed yet");
    run.act_on("commit", Some(1), &fund, None).expect("commit");
    run.act_on("pay", Some(1), &fund, None).expect("pay");
    assert_eq!(run.act_on("cancel", Some(1), &township, Some("x")), Err(RefusalWord::MeasureState), "paid is paid");
}

/// Five working days from Thursday 30 April 2026: the May holiday and the worked Saturday of 9 May lie between.
#[test]
fn clocks_count_working_days_and_say_why_they_have_no_date() {
    let programme = programme();
    let mut run = Run::opened(&programme, "2026-04-30");
    run.act("accept", &doer("v", "village_worker"), None).expect("accept");
    let (steps, calendar) = (steps(&programme), &programme.calendar);
    let line = |case: &Case, today: &str| of_state(steps, calendar, case, day(today)).expect("a clock");
    let own = line(&run.case(), "2026-05-06");
    assert_eq!((own.due, own.days_left, own.state), (Ok(day("2026-05-11")), Some(4), ClockState::Running));
    assert_eq!(line(&run.case(), "2026-05-09").state, ClockState::Soon);
    assert_eq!(line(&run.case(), "2026-05-12").state, ClockState::Overdue);
    let whole = of_whole(steps, calendar, &run.case(), day("2026-05-06")).expect("the whole way");
    assert_eq!(whole.due, Ok(day("2026-05-25")));

    let mut run = Run::opened(&programme, "2026-12-28");
    run.act("accept", &doer("v", "village_worker"), None).expect("accept");
    let line = line(&run.case(), "2026-12-29");
    assert_eq!((line.state, line.days_left), (ClockState::NoDate, None));
    assert_eq!(line.due.expect_err("beyond the data").year, 2027);
}

/// Any order of commands, by anyone: what is refused changes nothing, what is done keeps the invariants, and the log written and
/// read again folds to the same case.
#[test]
fn any_order_of_commands_keeps_the_invariants_and_replay_equals_state() {
    let programme = programme();
    let roles = ["village_worker", "township_officer", "county_officer", "county_arbitrator", "fund_officer"];
    let (mut done, mut monitored, mut watched, mut closed) = (0, 0, 0, 0);
    for seed in 1..=60_u64 {
        let mut state = seed;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).expect("31 bits") % below.max(1)
        };
        let mut run = Run::opened(&programme, "2024-02-01");
        for step in 0..300 {
            let jump = [0, 0, 0, 1, 5, 40][random(6)];
            run.on = run.on.plus_days(jump);
            let role = roles[random(roles.len())];
            let by = doer(&format!("{role}{}", random(2)), role);
            let before = run.case();
            // Mostly what is offered, sometimes anything at all.
            let listed: Vec<(String, Option<u32>)> = offers(&run.desk, &before, &by, Some(&facts(run.on)), run.on)
                .iter()
                .filter(|offer| !matches!(offer.action.id.as_str(), "reject" | "dismiss" | "remark" | "come_back"))
                // In the second half no new help is begun, so that some get as far as the end of it.
                .filter(|offer| step < 150 || !matches!(offer.action.id.as_str(), "propose" | "stop_removal" | "plan"))
                .map(|offer| (offer.action.id.clone(), offer.item))
                .collect();
            let all = &run.desk.steps.actions;
            let (action, item) = match random(5) {
                0 => (all[random(all.len())].id.clone(), Some(u32::try_from(random(4)).expect("small"))),
                _ if listed.is_empty() => continue,
                _ => listed[random(listed.len())].clone(),
            };
            let form = run.desk.steps.action(&action).expect("known").form.clone();
            let fields = filled(&run.desk, &form, run.on, &mut random);
            let reason = (random(3) > 0).then(|| "理由".to_owned());
            let command = Act { action: action.clone(), item, fields, reason, subject: None };
            if run.send(command, &by).is_err() {
                assert_eq!(run.case(), before, "what is refused changes nothing");
                continue;
            }
            done += 1;
            check(&run, &before, &action, &by, seed);
        }
        let case = run.case();
        monitored += u32::from(case.entered.contains_key("monitored"));
        watched += u32::from(case.entered.contains_key("watched"));
        closed += u32::from(case.closed.is_some());
        let replayed: Vec<CaseEvent> = run.events.iter().map(written_and_read).collect();
        assert_eq!(Case::fold(&replayed).expect("fits"), Some(case), "seed {seed}");
    }
    assert!(
        done > 1_500 && monitored > 10 && watched > 0,
        "{done} done, {monitored} monitored, {watched} watched, {closed} closed"
    );
}

fn check(run: &Run<'_>, before: &Case, action: &str, by: &Doer, seed: u64) {
    let after = run.case();
    let steps = run.desk.steps;
    assert!(before.closed.is_none(), "seed {seed}: a closed case stays closed");
    let state = steps.state(&after.state).expect("a known state");
    assert_eq!(state.is_final, after.closed.is_some(), "seed {seed}");
    assert_eq!(after.version, before.version + 1);
    let kind = steps.action(action).expect("known").kind;
    for other in &steps.action(action).expect("known").differs_from {
        assert_ne!(before.done_by.get(other), Some(&by.name), "seed {seed}: four eyes");
    }
    if kind == ActionKind::Return && after.returns >= 3 {
        assert_eq!(after.state, "arbitration", "seed {seed}");
    }
    if after.state == "monitored" && before.state == "county_check" {
        assert!(after.consent.is_some() && after.subject.is_some(), "seed {seed}: nobody is admitted without consent");
    }
    if after.state == "watched" && before.state != "watched" {
        let (first, _) = after.entered["monitored"];
        assert!(first.plus_months(6) <= run.on, "seed {seed}: not before half a year");
        assert!(after.in_state(MeasureState::Paid) >= 1, "seed {seed}");
        let CaseChange::CaseActed { facts: pin, .. } = &run.events.last().expect("one").change else { panic!("acted") };
        assert_eq!(pin.as_ref().map(|pin| pin.question.as_of), Some(run.on), "seed {seed}: on facts of the day");
    }
    for measure in &after.measures {
        assert_eq!(measure.paid_on.is_some(), measure.state == MeasureState::Paid, "seed {seed}");
        if measure.state == MeasureState::Paid {
            assert!(measure.fields.contains_key("fund_no"), "seed {seed}: paid only what was committed");
        }
    }
    for (index, one) in after.measures.iter().enumerate() {
        let months = steps.measures[&one.kind].once_in_months.unwrap_or(0);
        let same = after.measures[..index]
            .iter()
            .filter(|other| other.kind == one.kind && other.state != MeasureState::Cancelled);
        let months = i32::try_from(months).expect("few");
        let is_cancelled = one.state == MeasureState::Cancelled;
        assert!(
            is_cancelled || same.clone().all(|other| other.proposed_on.plus_months(months) <= one.proposed_on),
            "seed {seed}: the same help twice"
        );
    }
}

/// As the store does: JSON of the event, what it says beside it.
fn written_and_read(event: &CaseEvent) -> CaseEvent {
    let json = types::canonical_json(event).expect("json");
    assert!(!json.contains("理由") && !json.contains("H1"), "an event names nobody: {json}");
    let said = event.said.as_ref().map(|said| types::canonical_json(said).expect("json"));
    let mut read: CaseEvent = serde_json::from_str(&json).expect("event");
    read.said = said.map(|said| serde_json::from_str(&said).expect("said"));
    read
}
