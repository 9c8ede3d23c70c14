//! A question asked after another one is answered as if it were the first.

use engine::{Scene, Screen, screen, screen_after, screen_to_stay};
use oracle::Case;
use types::{Answer, Question, canonical_json};

use crate::engine_side;

/// Subjects explained per model and answer.
const EXPLAINED: usize = 4;

/// The questions of `case` in the order of their days, each followed by the same on the next two days and after a month.
fn questions(case: &Case) -> Vec<Question> {
    let mut asked = case.questions.clone();
    asked.sort_by_key(|question| (question.known_by, question.as_of));
    let later = |question: &Question, days: i32| Question {
        as_of: question.as_of.plus_days(days),
        known_by: question.known_by.plus_days(days),
    };
    asked.iter().flat_map(|question| [0, 1, 2, 30].map(|days| later(question, days))).collect()
}

/// All that a screen says, as text.
fn said(case: &Case, screen: &Screen<'_>) -> Result<String, String> {
    let fault = |fault: engine::Fault| fault.to_string();
    let mut text = String::new();
    for model in case.programme.models.keys() {
        for answer in Answer::ALL {
            let keys = screen.subjects(model, answer).map_err(fault)?;
            text.push_str(&format!("{model} {} {}\n", answer.word(), keys.join(" ")));
            for key in keys.iter().take(EXPLAINED) {
                let explanation = screen.explain(model, key).map_err(fault)?;
                text.push_str(&canonical_json(&explanation).map_err(|error| error.to_string())?);
                text.push('\n');
            }
        }
        text.push_str(&canonical_json(&screen.near(model).map_err(fault)?).map_err(|error| error.to_string())?);
    }
    Ok(text)
}

/// Asks the questions of `seed` one after the other, each time both ways.
fn differences(seed: u64) -> Result<Vec<String>, String> {
    let (case, _) = oracle::generate::case(seed)?;
    let mut tables = engine_side::tables(&case);
    let mut scenes = Vec::new();
    for question in questions(&case) {
        tables.settle(&case.programme, &case.aliases, question.known_by);
        scenes.extend(Scene::new(&case.programme, &tables, question).ok());
    }
    let mut found = Vec::new();
    let mut before: Option<Screen<'_>> = None;
    for scene in &scenes {
        let alone = screen(scene, 1, |_| true);
        let after = match &before {
            Some(before) => screen_after(scene, 1, |_| true, before),
            None => screen_to_stay(scene, 1, |_| true),
        };
        match (alone, after) {
            (Ok(alone), Ok(after)) => {
                let (alone, text) = (said(&case, &alone), said(&case, &after));
                if alone != text {
                    let (alone, text) = (alone?, text?);
                    let line = alone.lines().zip(text.lines()).find(|(alone, after)| alone != after);
                    found.push(format!("seed {seed} {:?}: {line:?}", scene.question));
                }
                before = Some(after);
            }
            (Err(_), Err(_)) => {}
            (alone, after) => {
                found.push(format!("seed {seed}: {:?} alone, {:?} after", alone.err(), after.err()));
            }
        }
    }
    Ok(found)
}

fn agree(seeds: impl Iterator<Item = u64>) {
    let mut found = Vec::new();
    for seed in seeds {
        found.extend(differences(seed).unwrap_or_else(|error| vec![error]));
    }
    assert!(found.is_empty(), "{} differences\n{}", found.len(), found.join("\n"));
}

#[test]
fn a_question_after_another_is_answered_as_if_alone() {
    agree(0..20);
}

#[test]
#[ignore = "minutes; run by `make soak`"]
fn many_questions_after_others_are_answered_as_if_alone() {
    agree(5_000..5_600);
}
