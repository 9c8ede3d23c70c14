//! Kleene logic over everyone at once: formulas on words of 64 subjects, block after block.

use std::ops::Range;

use expr::FormulaNode;

/// Truth of one condition, 64 subjects a word.
#[derive(Debug)]
pub struct Words {
    /// Where it is true.
    pub holds: Vec<u64>,
    /// Where it is true or unknown; `None` where that is the same.
    pub possible: Option<Vec<u64>>,
}

impl Words {
    /// `length` words of a condition that is `value` for everyone.
    pub fn everywhere(length: usize, value: bool) -> Self {
        Self { holds: vec![if value { u64::MAX } else { 0 }; length], possible: None }
    }

    fn bound(&self, bound: Bound) -> &[u64] {
        match bound {
            Bound::Most => self.possible.as_deref().unwrap_or(&self.holds),
            Bound::Least => &self.holds,
        }
    }
}

/// Words looked at in one go: what a formula reads of them stays in the nearest memory.
pub const WORDS_AT_ONCE: usize = 256;

/// Where a formula is true at least, or at most: with everything unknown false, or true. A formula's only negations are those of its
/// conditions, so each bound is made of bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Where it is true.
    Least,
    /// Where it is true or unknown.
    Most,
}

impl Bound {
    fn opposite(self) -> Self {
        match self {
            Self::Least => Self::Most,
            Self::Most => Self::Least,
        }
    }
}

/// The formula `node` over the words `range`; `atom` gives the truth of one.
pub fn evaluate<'w>(
    node: &FormulaNode,
    atom: &impl Fn(usize) -> &'w Words,
    bound: Bound,
    range: &Range<usize>,
) -> Vec<u64> {
    // The words of a literal; `true`: to be inverted.
    let literal = |number: usize, negated: bool| match negated {
        false => (&atom(number).bound(bound)[range.clone()], false),
        true => (&atom(number).bound(bound.opposite())[range.clone()], true),
    };
    match node {
        FormulaNode::Literal { atom: number, negated } => match literal(*number, *negated) {
            (words, false) => words.to_vec(),
            (words, true) => words.iter().map(|word| !word).collect(),
        },
        FormulaNode::And(nodes) => {
            let Some((first, others)) = nodes.split_first() else { return vec![u64::MAX; range.len()] };
            let mut all = evaluate(first, atom, bound, range);
            for node in others {
                match node {
                    FormulaNode::Literal { atom: number, negated } => match literal(*number, *negated) {
                        (one, false) => each(&mut all, one, |all, one| all & one),
                        (one, true) => each(&mut all, one, |all, one| all & !one),
                    },
                    node => each(&mut all, &evaluate(node, atom, bound, range), |all, one| all & one),
                }
            }
            all
        }
        FormulaNode::Or(nodes) => {
            let Some((first, others)) = nodes.split_first() else { return vec![0; range.len()] };
            let mut any = evaluate(first, atom, bound, range);
            for node in others {
                match node {
                    FormulaNode::Literal { atom: number, negated } => match literal(*number, *negated) {
                        (one, false) => each(&mut any, one, |any, one| any | one),
                        (one, true) => each(&mut any, one, |any, one| any | !one),
                    },
                    node => each(&mut any, &evaluate(node, atom, bound, range), |any, one| any | one),
                }
            }
            any
        }
    }
}

fn each(words: &mut [u64], others: &[u64], combine: impl Fn(u64, u64) -> u64) {
    for (word, other) in words.iter_mut().zip(others) {
        *word = combine(*word, *other);
    }
}

#[cfg(test)]
mod tests {
    use expr::FormulaNode;
    use proptest::prelude::*;

    use super::{Bound, Words, evaluate};

    fn formula() -> impl Strategy<Value = FormulaNode> {
        let literal = (0_usize..4, any::<bool>()).prop_map(|(atom, negated)| FormulaNode::Literal { atom, negated });
        literal.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(FormulaNode::And),
                prop::collection::vec(inner, 0..4).prop_map(FormulaNode::Or),
            ]
        })
    }

    proptest! {
        /// What the tree says of one subject is what it says of each of 192.
        #[test]
        fn words_agree_with_one_subject(
            node in formula(),
            bits in prop::collection::vec((prop::collection::vec(any::<u64>(), 3), prop::option::of(prop::collection::vec(any::<u64>(), 3))), 4),
        ) {
            let atoms: Vec<Words> = bits
                .into_iter()
                .map(|(holds, more)| {
                    let possible = more.map(|more| holds.iter().zip(more).map(|(holds, more)| holds | more).collect());
                    Words { holds, possible }
                })
                .collect();
            let [least, most] =
                [Bound::Least, Bound::Most].map(|bound| evaluate(&node, &|atom| &atoms[atom], bound, &(0..3)));
            for subject in 0..192 {
                let bit = |words: &[u64]| words[subject / 64] >> (subject % 64) & 1 == 1;
                let truth = |atom: usize| {
                    let words: &Words = &atoms[atom];
                    let holds = bit(&words.holds);
                    (holds || !words.possible.as_ref().is_some_and(|possible| bit(possible))).then_some(holds)
                };
                let expected = node.evaluate(&truth);
                prop_assert_eq!(bit(&least), expected == Some(true));
                prop_assert_eq!(bit(&most), expected != Some(false));
            }
        }
    }
}
