//! Whose value is not covered: the whole feed, refused rows, what the expressions read about the subject.

use expr::Input;
use types::{ReasonLine, Stamp};

use super::{RowsReader, SUBJECT};
use crate::column::Column;
use crate::coverage::State;
use crate::feature::{exists, linked};
use crate::{Fault, bitmap};

impl RowsReader<'_, '_> {
    /// Marks what is not covered: the whole feed, refused rows, what `where` reads about the subject and through links.
    pub fn uncover(&self, column: &mut Column) -> Result<(), Fault> {
        let coverage = &self.rows.coverage;
        let ever = self.is_ever();
        if let Some(reason) = coverage.lacks(self.window, ever) {
            column.uncover_all(ReasonLine { reason, about: self.spec.feed.clone() });
        }
        if let (State::Late, Some(day)) = (coverage.state, coverage.end) {
            column.stamps.push(Stamp::DataTo { day });
        }
        if let (true, Some(day)) = (ever, coverage.start) {
            column.stamps.push(Stamp::Since { day });
        }
        let refused = self.refused()?;
        for (reason, subjects) in &refused.uncovered {
            column.uncover(reason.clone(), bitmap::of_numbers(column.covered.len(), subjects.iter().copied()));
        }
        let late = linked::late(self)?;
        column.stamps.extend(late.into_iter().filter(|stamp| !column.stamps.contains(stamp)).collect::<Vec<_>>());
        for compiled in self.spec.aggregate.argument.iter().chain(&self.spec.filter) {
            for input in &compiled.inputs {
                self.uncover_input(column, input)?;
            }
            for exists in &compiled.exists {
                for input in &exists.condition.inputs {
                    self.uncover_input(column, input)?;
                }
                exists::uncover(self, exists, column)?;
            }
        }
        Ok(())
    }

    fn uncover_input(&self, column: &mut Column, input: &Input) -> Result<(), Fault> {
        let kind = &self.feature.kind;
        match input {
            Input::Parameter(name) => {
                for (reason, bits) in &self.columns.parameter(kind, name)?.lacks {
                    column.uncover(reason.clone(), bits.clone());
                }
            }
            Input::Name { prefix: Some(prefix), name } if prefix == SUBJECT => {
                let read = self.columns.read(kind, None, name)?;
                for (reason, bits) in &read.reasons {
                    column.uncover(reason.clone(), bits.clone());
                }
                column.stamps.extend(
                    read.stamps.iter().filter(|stamp| !column.stamps.contains(stamp)).cloned().collect::<Vec<_>>(),
                );
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether one of `rows` reached its group by a membership assumed backwards.
    pub(super) fn is_any_assumed(&self, rows: &[u32]) -> Result<bool, Fault> {
        let scene = &*self.columns.scene;
        if self.spec.via == self.feature.kind || self.is_rolled_up() {
            return Ok(false);
        }
        let Some(list) = scene.list(&self.spec.via) else { return Ok(false) };
        let canonical = &scene.subjects(&self.spec.via)?.canonical;
        for row in rows {
            let number = self.rows.link(&self.spec.via, canonical, *row);
            if list.group_on(number, self.membership_day(*row)).is_some_and(|group| group.assumed) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
