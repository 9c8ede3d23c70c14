//! Kleene logic over everyone at once: formulas on words of 64 subjects, block after block.

use std::ops::Range;

use expr::FormulaNode;

/// Truth of one condition, 64 subjects a word.
#[derive(Debug)]
pub struct Words {
    /// Where it is true or false; `None` for everywhere.
    pub known: Option<Vec<u64>>,
    /// Where it is true; a part of `known`.
    pub holds: Vec<u64>,
}

impl Words {
    /// `length` words of a condition that is `value` for everyone.
    pub fn everywhere(length: usize, value: bool) -> Self {
        Self { known: None, holds: vec![if value { u64::MAX } else { 0 }; length] }
    }
}

/// Words looked at in one go: what a formula reads of them stays in the nearest memory.
pub const WORDS_AT_ONCE: usize = 256;

/// Truth of a formula over one block of words.
pub struct Block {
    /// Where it is true.
    pub holds: Vec<u64>,
    /// Where it is false.
    pub fails: Vec<u64>,
}

impl Block {
    fn filled(length: usize, holds: u64, fails: u64) -> Self {
        Self { holds: vec![holds; length], fails: vec![fails; length] }
    }
}

/// The formula `node` over the words `range` where all of its atoms are known everywhere: where it is true.
pub fn holds<'w>(node: &FormulaNode, atom: &impl Fn(usize) -> &'w Words, range: &Range<usize>) -> Vec<u64> {
    match node {
        FormulaNode::Literal { atom: number, negated } => {
            let mut words = atom(*number).holds[range.clone()].to_vec();
            if *negated {
                words.iter_mut().for_each(|word| *word = !*word);
            }
            words
        }
        FormulaNode::And(nodes) => {
            let mut all = vec![u64::MAX; range.len()];
            for node in nodes {
                match node {
                    FormulaNode::Literal { atom: number, negated } => {
                        let one = &atom(*number).holds[range.clone()];
                        match negated {
                            false => each(&mut all, one, |all, one| all & one),
                            true => each(&mut all, one, |all, one| all & !one),
                        }
                    }
                    node => each(&mut all, &holds(node, atom, range), |all, one| all & one),
                }
            }
            all
        }
        FormulaNode::Or(nodes) => {
            let mut any = vec![0; range.len()];
            for node in nodes {
                each(&mut any, &holds(node, atom, range), |any, one| any | one);
            }
            any
        }
    }
}

/// The formula `node` over the words `range`; `atom` gives the truth of one.
pub fn evaluate<'w>(node: &FormulaNode, atom: &impl Fn(usize) -> &'w Words, range: &Range<usize>) -> Block {
    match node {
        FormulaNode::Literal { atom: number, negated } => {
            let mut block = Block::filled(range.len(), u64::MAX, 0);
            and_literal(&mut block, atom(*number), *negated, range);
            block
        }
        FormulaNode::And(nodes) => {
            let mut all = Block::filled(range.len(), u64::MAX, 0);
            for node in nodes {
                match node {
                    FormulaNode::Literal { atom: number, negated } => {
                        and_literal(&mut all, atom(*number), *negated, range);
                    }
                    node => {
                        let one = evaluate(node, atom, range);
                        each(&mut all.holds, &one.holds, |all, one| all & one);
                        each(&mut all.fails, &one.fails, |all, one| all | one);
                    }
                }
            }
            all
        }
        FormulaNode::Or(nodes) => {
            let mut any = Block::filled(range.len(), 0, u64::MAX);
            for node in nodes {
                let one = evaluate(node, atom, range);
                each(&mut any.holds, &one.holds, |any, one| any | one);
                each(&mut any.fails, &one.fails, |any, one| any & one);
            }
            any
        }
    }
}

fn and_literal(block: &mut Block, words: &Words, negated: bool, range: &Range<usize>) {
    let holds = &words.holds[range.clone()];
    let Block { holds: all_hold, fails: any_fails } = block;
    match (&words.known, negated) {
        (None, false) => {
            each(all_hold, holds, |all, one| all & one);
            each(any_fails, holds, |any, one| any | !one);
        }
        (None, true) => {
            each(all_hold, holds, |all, one| all & !one);
            each(any_fails, holds, |any, one| any | one);
        }
        (Some(known), false) => {
            each(all_hold, holds, |all, one| all & one);
            for ((any, known), holds) in any_fails.iter_mut().zip(&known[range.clone()]).zip(holds) {
                *any |= known & !holds;
            }
        }
        (Some(known), true) => {
            for ((all, known), holds) in all_hold.iter_mut().zip(&known[range.clone()]).zip(holds) {
                *all &= known & !holds;
            }
            each(any_fails, holds, |any, one| any | one);
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

    use super::{Words, evaluate, holds};

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
                .map(|(holds, known)| {
                    let holds = match &known {
                        Some(known) => holds.iter().zip(known).map(|(holds, known)| holds & known).collect(),
                        None => holds,
                    };
                    Words { known, holds }
                })
                .collect();
            let block = evaluate(&node, &|atom| &atoms[atom], &(0..3));
            for subject in 0..192 {
                let bit = |words: &[u64]| words[subject / 64] >> (subject % 64) & 1 == 1;
                let truth = |atom: usize| {
                    let words: &Words = &atoms[atom];
                    words.known.as_ref().is_none_or(|known| bit(known)).then(|| bit(&words.holds))
                };
                let expected = node.evaluate(&truth);
                prop_assert_eq!(bit(&block.holds), expected == Some(true));
                prop_assert_eq!(bit(&block.fails), expected == Some(false));
            }
            if atoms.iter().all(|atom| atom.known.is_none()) {
                prop_assert_eq!(holds(&node, &|atom| &atoms[atom], &(0..3)), block.holds);
            }
        }
    }
}
