//! A formula means what its expression means: pushing negation down and sharing atoms changes no answer.

mod common;

use common::NAMES;
use expr::{Compiled, Formula, FormulaNode, NodeKind, Truth, check, check_condition, check_condition_given, parse};
use proptest::prelude::*;
use types::{Type, Value};

/// Atoms of every kind, with both writings of some.
const ATOMS: [&str; 18] = [
    "p",
    "q",
    "p = true",
    "q <> true",
    "p is true",
    "p is not false",
    "p is null",
    "q is not null",
    "a < b",
    "b <= a",
    "b > a",
    "a >= 1",
    "1 > a",
    "a = b",
    "b <> a",
    "a in (1, 2)",
    "a not in (1, b)",
    "a not between 1 and b",
];

fn condition() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(&ATOMS[..]).prop_map(str::to_owned);
    leaf.prop_recursive(5, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|part| format!("not ({part})")),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" and "))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" or "))),
            (inner.clone(), inner).prop_map(|(left, right)| format!("coalesce({left}, {right})")),
        ]
    })
}

fn compiled(text: &str) -> Compiled {
    let ast = parse(text).expect(text);
    check(&ast, &NAMES, Some(Type::Bool)).expect(text)
}

fn values(compiled: &Compiled, truths: [Truth; 2], numbers: [Option<i64>; 2]) -> Vec<Value> {
    let truth = |truth: Truth| truth.map_or(Value::Null, Value::Bool);
    let number = |number: Option<i64>| number.map_or(Value::Null, Value::integer);
    let value = |name: &str| match name {
        "p" => truth(truths[0]),
        "q" => truth(truths[1]),
        "a" => number(numbers[0]),
        _ => number(numbers[1]),
    };
    compiled.inputs.iter().map(|input| value(&input.to_string())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_formula_answers_as_its_expression(
        text in condition(),
        truths in prop::array::uniform2(prop::option::of(any::<bool>())),
        numbers in prop::array::uniform2(prop::option::of(0_i64..3)),
    ) {
        let compiled = compiled(&text);
        let inputs = values(&compiled, truths, numbers);
        let direct = compiled.root.truth(&inputs).expect("no overflow");
        let formula = Formula::new(compiled);
        let atom = |atom: usize| formula.atoms[atom].node.truth(&inputs).expect("no overflow");
        prop_assert_eq!(formula.root.evaluate(&atom), direct, "{}", text);

        // Texts shown to people read back as what they say.
        for (number, each) in formula.atoms.iter().enumerate() {
            let read = |text: &str| {
                let again = self::compiled(text);
                let inputs = values(&again, truths, numbers);
                again.root.truth(&inputs).expect("no overflow")
            };
            prop_assert_eq!(read(each.written()), each.written_truth(atom(number)), "{}", each.written());
            for negated in [false, true] {
                let text = formula.literal_text(number, negated);
                prop_assert_eq!(read(&text), atom(number).map(|truth| truth != negated), "{}", text);
            }
            let canonical = formula.canonical(number);
            prop_assert_eq!(read(&canonical), atom(number), "{}", canonical);
        }
    }

    #[test]
    fn a_canonical_text_means_the_same_and_is_its_own(
        text in condition(),
        truths in prop::array::uniform2(prop::option::of(any::<bool>())),
        numbers in prop::array::uniform2(prop::option::of(0_i64..3)),
    ) {
        let compiled = compiled(&text);
        let canonical = compiled.canonical_text();
        let again = self::compiled(&canonical);
        prop_assert_eq!(again.canonical_text(), canonical.clone(), "{}", text);
        let truth = |compiled: &Compiled| compiled.root.truth(&values(compiled, truths, numbers)).expect("no overflow");
        prop_assert_eq!(truth(&again), truth(&compiled), "{} -> {}", text, canonical);
    }
}

#[test]
fn atoms_are_shared_and_know_their_inputs() {
    let text = "p and (x >= :line or x < :line and a = 1) and not (1 = a) and b > a or a < b";
    let ast = parse(text).expect("a text");
    let formula = check_condition(&ast, &NAMES).expect("a condition");
    assert_eq!(formula.atoms.len(), 4);
    let names = |atom: usize| {
        let inputs = formula.inputs_of(atom).into_iter().map(|input| formula.compiled.inputs[input].to_string());
        inputs.collect::<Vec<_>>().join(" ")
    };
    assert_eq!([0, 1, 2, 3].map(names), ["p", "x :line", "a", "a b"]);
    assert_eq!(formula.inputs_of(9), Vec::<usize>::new());
    assert_eq!(formula.literal_text(1, true), "x >= :line");
    assert!(formula.atoms[1].written_negated);
}

#[test]
fn what_the_population_says_guards_the_condition() {
    let read = |text: &str| parse(text).expect(text);
    let population = check_condition(&read("p and maybe_d is not null"), &NAMES).expect("a population");
    let when = read("maybe_d < as_of");
    assert!(check_condition(&when, &NAMES).is_err());
    assert!(check_condition_given(&when, &NAMES, Some(&population)).is_ok());
}

#[test]
fn constants_are_empty_chains() {
    let root = |text: &str| Formula::new(compiled(text)).root;
    assert_eq!(root("true"), FormulaNode::And(Vec::new()));
    assert_eq!(root("not true"), FormulaNode::Or(Vec::new()));
    assert_eq!(FormulaNode::And(Vec::new()).evaluate(&|_| None), Some(true));
    assert_eq!(FormulaNode::Or(Vec::new()).evaluate(&|_| None), Some(false));
}

#[test]
fn an_inner_condition_has_its_own_text_inputs_and_spans() {
    let compiled = compiled("名 = '甲' and exists_row(rows, other.t = '乙' and d > other.d)");
    let [row] = compiled.exists.as_slice() else { unreachable!("one call") };
    assert_eq!(row.feed, "rows");
    assert_eq!(row.condition.text, "other.t = '乙' and d > other.d");
    assert_eq!(row.condition.inputs.iter().map(ToString::to_string).collect::<Vec<_>>(), ["other.t", "d", "other.d"]);
    let NodeKind::And(parts) = &row.condition.root.kind else { unreachable!("a conjunction") };
    assert_eq!(row.condition.text_of(&parts[1]), "d > other.d");
}

#[test]
fn a_literal_takes_the_type_that_is_expected() {
    let ty = |text: &str, expected| {
        check(&parse(text).expect(text), &NAMES, Some(expected)).map(|compiled| compiled.root.ty)
    };
    assert_eq!(ty("0", Type::MONEY), Ok(Type::MONEY));
    assert_eq!(ty("-12.5", Type::MONEY), Ok(Type::MONEY));
    assert_eq!(ty("null", Type::Day), Ok(Type::Day));
    assert_eq!(ty("'2026-01-01'", Type::Day), Ok(Type::Day));
    for (text, expected) in
        [("0.005", Type::MONEY), ("a", Type::MONEY), ("d", Type::Month), ("x / 2", Type::MONEY), ("p", Type::Text)]
    {
        assert!(ty(text, expected).is_err(), "{text}");
    }
}
