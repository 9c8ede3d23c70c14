//! Same input, same bytes: whatever the number of threads and the order in which deliveries come out of the store.

use std::sync::Arc;

use engine::{Fault, Scene, Source};
use types::{Answer, Canonical, Identities, Linked, Question, canonical_json};

use super::county::County;

/// Hands deliveries out in another order.
struct Shuffled<'t> {
    tables: &'t pipeline::Tables,
    by: usize,
}

impl Source for Shuffled<'_> {
    fn deliveries(&self, feed: &str) -> Result<Vec<Arc<Linked>>, Fault> {
        let mut deliveries = self.tables.deliveries(feed)?;
        let count = deliveries.len().max(1);
        deliveries.rotate_left(self.by % count);
        deliveries.reverse();
        Ok(deliveries)
    }

    fn identities(&self, register: &str) -> Arc<Identities> {
        self.tables.identities_of(register)
    }

    fn canonical(&self, register: &str) -> Canonical {
        self.tables.canonical(register)
    }
}

#[tokio::test]
async fn threads_and_order_of_deliveries_change_no_byte() {
    let county = County::new(150, 6, 7).await;
    let question = Question { as_of: county.last_day, known_by: county.last_day };
    let programme = county.folder.programme().await.expect("programme");
    let deliveries = county.folder.visible(question.known_by, u32::MAX).await.expect("deliveries");
    let tables = county.folder.tables(&programme, &deliveries, question, u32::MAX).await.expect("tables");
    let answers = |by: usize, threads: usize| {
        let source = Shuffled { tables: &tables, by };
        let scene = Scene::new(&programme, &source, question).expect("scene");
        let screen = engine::screen(&scene, threads, |_| true).expect("screen");
        let mut text = String::new();
        for model in programme.models.keys() {
            for answer in Answer::ALL {
                let keys = screen.subjects(model, answer).expect("subjects");
                text.push_str(&format!("{model} {} {}\n", answer.word(), keys.join(",")));
                for key in keys.iter().take(20) {
                    let explanation = screen.explain(model, key).expect("explained");
                    text.push_str(&canonical_json(&explanation).expect("json"));
                    text.push('\n');
                }
            }
            text.push_str(&canonical_json(&screen.near(model).expect("near")).expect("json"));
        }
        text
    };
    let one = answers(0, 1);
    assert!(one.lines().count() > 100, "the county answers");
    for (by, threads) in [(0, 2), (3, 7), (5, 1), (1, 7)] {
        assert!(one == answers(by, threads), "deliveries shifted by {by}, {threads} threads");
    }
}
