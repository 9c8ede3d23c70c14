//! One named value of every subject of a kind: covered, present, and why not.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_buffer::BooleanBuffer;
use types::{NO_NUMBER, Reason, ReasonLine, Stamp, Type};

use crate::feature::aggregate::Carry;
use crate::{Fault, bitmap, values};

/// A feature or an attribute at (A, K), one entry per subject number.
#[derive(Clone, Debug)]
pub struct Column {
    /// Type of the values.
    pub ty: Type,
    /// The values; NULL where absent, without meaning where not covered.
    pub values: ArrayRef,
    /// Where it is covered.
    pub covered: BooleanBuffer,
    /// Why it is not, each with the subjects it holds for.
    pub reasons: Vec<(ReasonLine, BooleanBuffer)>,
    /// What is to be known of every value.
    pub stamps: Vec<Stamp>,
    /// What the next question's values can be made from, where the values themselves do not say it.
    pub carry: Option<Arc<Carry>>,
}

impl Column {
    /// A column covered for everyone.
    pub fn covered(ty: Type, values: ArrayRef) -> Self {
        let covered = bitmap::filled(values.len(), true);
        Self { ty, values, covered, reasons: Vec::new(), stamps: Vec::new(), carry: None }
    }

    /// Whether it holds the very values of `other`, and says the same of them.
    pub fn is_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.values, &other.values)
            && self.covered == other.covered
            && self.reasons == other.reasons
            && self.stamps == other.stamps
    }

    /// Marks the subjects in `bits` as not covered, because of `reason`.
    pub fn uncover(&mut self, reason: ReasonLine, bits: BooleanBuffer) {
        if !bitmap::any(&bits) {
            return;
        }
        self.covered = bitmap::and_not(&self.covered, &bits);
        match self.reasons.iter_mut().find(|(line, _)| *line == reason) {
            Some((_, known)) => *known = &*known | &bits,
            None => self.reasons.push((reason, bits)),
        }
    }

    /// Marks everyone as not covered.
    pub fn uncover_all(&mut self, reason: ReasonLine) {
        let size = self.covered.len();
        self.uncover(reason, bitmap::filled(size, true));
    }

    /// The reasons that hold for `number`, in order.
    pub fn reasons_of(&self, number: u32) -> Vec<ReasonLine> {
        let mut lines: Vec<ReasonLine> =
            self.reasons.iter().filter(|(_, bits)| bits.value(number as usize)).map(|(line, _)| line.clone()).collect();
        lines.sort();
        lines
    }

    /// This column as read by other subjects: for each of them the number to read, [`NO_NUMBER`] for none; `link` names what
    /// they are then not linked to.
    pub fn gathered(&self, numbers: &[u32], link: &str) -> Result<Self, Fault> {
        let mut column = Self {
            ty: self.ty,
            values: values::gather(&self.values, numbers)?,
            covered: bitmap::filled(numbers.len(), true),
            reasons: Vec::new(),
            stamps: self.stamps.clone(),
            carry: None,
        };
        for (reason, bits) in &self.reasons {
            column.uncover(reason.clone(), bitmap::gather(bits, numbers));
        }
        column.uncover(
            ReasonLine { reason: Reason::NotLinked, about: link.to_owned() },
            BooleanBuffer::collect_bool(numbers.len(), |index| numbers[index] == NO_NUMBER),
        );
        Ok(column)
    }
}
