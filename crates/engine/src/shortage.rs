//! From when data would be needed, and from when they are there: what stands behind *history too short*.

use pack::programme::FeatureShape;
use types::{Day, Reason};

use crate::Fault;
use crate::feature::linked;
use crate::feature::rows::RowsReader;
use crate::screen::Screen;

/// A feed whose data begin too late for a window, or have a gap in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shortage {
    /// The feed.
    pub feed: String,
    /// The first day of the window; of what its rows read through their links, the first of those rows.
    pub needed_from: Day,
    /// The day from which the data are there without a gap.
    pub there_since: Day,
    /// The feature whose window it is.
    pub feature: String,
}

impl Screen<'_> {
    /// What is too short for the features that `model` reads or shows, those they are built on included; sorted, each once.
    ///
    /// # Errors
    /// When there is no such model, or its rows cannot be read.
    pub fn shortages(&self, model: &str) -> Result<Vec<Shortage>, Fault> {
        let model = self.answers(model)?.model;
        let programme = self.columns.scene.programme;
        let reads = pack::lineage::reads_of_model(programme, model);
        let mut found = Vec::new();
        for reference in pack::lineage::values_behind(programme, &reads).iter().filter(|value| !value.attribute) {
            let Some(feature) = programme.feature(&reference.kind, &reference.name) else { continue };
            let FeatureShape::Rows(spec) = &feature.shape else { continue };
            let reader = RowsReader::new(&self.columns, feature, spec)?;
            found.extend(linked::short(&reader)?.into_iter().map(|(feed, needed_from, there_since)| Shortage {
                feed,
                needed_from,
                there_since,
                feature: feature.name.clone(),
            }));
            let coverage = &reader.rows().coverage;
            let (window, since) = (reader.window(), coverage.unbroken_since());
            if let (Some(Reason::HistoryTooShort), Some(there_since)) =
                (coverage.lacks(window, reader.is_ever()), since)
            {
                found.push(Shortage {
                    feed: spec.feed.clone(),
                    needed_from: window.from,
                    there_since,
                    feature: feature.name.clone(),
                });
            }
        }
        found.sort();
        found.dedup();
        Ok(found)
    }
}
