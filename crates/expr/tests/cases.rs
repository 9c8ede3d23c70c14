//! The tables in `tests/cases/*.txt`: one line a case, `expression; input; output`. The README there says how to read them.

mod common;

use std::fmt::Write as _;
use std::path::Path;

use common::NAMES;
use expr::{
    AggregateCall, Ast, Compiled, Formula, FormulaNode, Problem, Scope, check, check_aggregate, check_condition, parse,
};
use types::{Day, Decimal, Month, Period, Type, Value, Year};

#[test]
fn every_line_of_the_tables_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder of cases")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    let (mut count, mut wrong) = (0, String::new());
    for file in &files {
        let text = std::fs::read_to_string(file).expect("a file of cases");
        for (number, line) in
            text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        {
            count += 1;
            let name = file.file_name().expect("a name").to_string_lossy();
            let parts: Vec<&str> = line.split(';').map(str::trim).collect();
            let [expression, input, output] = parts.as_slice() else {
                let _ = writeln!(wrong, "{name}:{}: not three columns: {line}", number + 1);
                continue;
            };
            let found = answer(&expression.replace("\\n", "\n"), input);
            if found != *output {
                let _ = writeln!(
                    wrong,
                    "{name}:{}: {expression}; {input}\n    expected {output}\n    found    {found}",
                    number + 1
                );
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(count >= 200, "only {count} cases in {} files", files.len());
}

/// What the language answers; the second column is a mode or values of inputs.
fn answer(text: &str, input: &str) -> String {
    let ast = match parse(text) {
        Ok(ast) => ast,
        Err(problems) => return errors(text, &problems),
    };
    let typed = |show: fn(&Compiled) -> String| check(&ast, &NAMES, None).map(|compiled| show(&compiled));
    let answer = match input {
        "canonical" => typed(Compiled::canonical_text),
        "type" => typed(|compiled| {
            format!("{}{}", compiled.root.ty.word(), if compiled.may_be_absent { ", may be absent" } else { "" })
        }),
        "check" => typed(|_| "ok".to_owned()),
        "hints" => return hints(&ast),
        "condition" => check_condition(&ast, &NAMES).map(|_| "ok".to_owned()),
        "formula" => check_condition(&ast, &NAMES).map(|formula| shape(&formula, &formula.root)),
        "atoms" => check_condition(&ast, &NAMES).map(|formula| atoms(&formula)),
        "aggregate" => check_aggregate(&ast, &NAMES).map(|call| aggregate(&call)),
        values => check(&ast, &NAMES, None).map(|compiled| evaluate(&compiled, values)),
    };
    answer.unwrap_or_else(|problems| errors(text, &problems))
}

fn evaluate(compiled: &Compiled, values: &str) -> String {
    let values: Vec<(String, Value)> = pieces(values)
        .iter()
        .map(|piece| {
            let (name, text) = piece.split_once('=').expect("name=value");
            let ty = type_of(name).expect(name);
            (name.to_owned(), value(text, ty).expect(piece))
        })
        .collect();
    let inputs: Vec<Value> = compiled
        .inputs
        .iter()
        .map(|input| {
            let input = input.to_string();
            if let Some(table) = input.strip_prefix(':').and_then(common::table) {
                return table;
            }
            values.iter().find(|(name, _)| *name == input).expect(&input).1.clone()
        })
        .collect();
    match compiled.root.evaluate(&inputs) {
        Ok(value) => value.to_string(),
        Err(_) => "overflow".to_owned(),
    }
}

/// Words between spaces, where single quotes keep spaces.
fn pieces(text: &str) -> Vec<String> {
    let (mut pieces, mut quoted) = (vec![String::new()], false);
    for c in text.chars() {
        match c {
            ' ' if !quoted => pieces.push(String::new()),
            _ => {
                quoted ^= c == '\'';
                if let Some(piece) = pieces.last_mut() {
                    piece.push(c);
                }
            }
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

fn errors(text: &str, problems: &[Problem]) -> String {
    let one = |problem: &Problem| format!("{:?} `{}`", problem.kind, &text[problem.span.start..problem.span.end]);
    format!("error: {}", problems.iter().map(one).collect::<Vec<_>>().join(", ")).replace('\n', "\\n")
}

fn hints(ast: &Ast) -> String {
    let problems = check(ast, &NAMES, None).err().unwrap_or_default();
    let hint = |problem: &Problem| problem.hint.as_ref().map_or_else(|| "none".to_owned(), |hint| hint.en.clone());
    problems.iter().map(hint).collect::<Vec<_>>().join(" | ")
}

fn shape(formula: &Formula, node: &FormulaNode) -> String {
    let all = |parts: &[FormulaNode], word: &str| {
        format!("({})", parts.iter().map(|part| shape(formula, part)).collect::<Vec<_>>().join(word))
    };
    match node {
        FormulaNode::Literal { atom, negated } => {
            format!("{}{}", if *negated { "not " } else { "" }, formula.canonical(*atom))
        }
        FormulaNode::And(parts) if parts.is_empty() => "true".to_owned(),
        FormulaNode::Or(parts) if parts.is_empty() => "false".to_owned(),
        FormulaNode::And(parts) => all(parts, " and "),
        FormulaNode::Or(parts) => all(parts, " or "),
    }
}

fn atoms(formula: &Formula) -> String {
    let atom = |number: usize| {
        format!(
            "{} / {} / {}",
            formula.atoms[number].written(),
            formula.literal_text(number, false),
            formula.literal_text(number, true)
        )
    };
    (0..formula.atoms.len()).map(atom).collect::<Vec<_>>().join(", ")
}

fn aggregate(call: &AggregateCall) -> String {
    let argument = call.argument.as_ref().map_or("*", |argument| &argument.text);
    format!(
        "{} of [{}{argument}]: {}",
        call.function.word(),
        if call.distinct { "distinct " } else { "" },
        call.ty.word()
    )
}

/// The type of an input as the tests write it: `a`, `:line`, `as_of`, `exists_row#0`.
fn type_of(input: &str) -> Option<Type> {
    match (input, input.strip_prefix(':')) {
        ("as_of", _) => Some(Type::Day),
        (_, Some(parameter)) => NAMES.parameter(parameter),
        _ if input.starts_with("exists_row#") => Some(Type::Bool),
        _ => {
            let (prefix, name) = input.split_once('.').map_or((None, input), |(prefix, name)| (Some(prefix), name));
            NAMES.name(prefix, name).map(|binding| binding.ty)
        }
    }
}

/// Reads `text` as a value of type `ty`; a number takes the type's scale.
fn value(text: &str, ty: Type) -> Option<Value> {
    if text == "null" {
        return Some(Value::Null);
    }
    match ty {
        Type::Bool => text.parse().ok().map(Value::Bool),
        Type::Number { scale, .. } => Decimal::parse(text)?.rescale(scale).map(Value::Number),
        Type::Real { .. } => text.parse().ok().map(Value::Real),
        Type::Text | Type::Code(_) => Some(Value::text(text.trim_matches('\''))),
        Type::Day => Day::parse(text).map(Value::Day),
        Type::Month => Month::parse(text).map(Value::Month),
        Type::Year => Year::parse(text).map(Value::Year),
        Type::Period => Period::parse(text.trim_matches('\'')).map(Value::Period),
    }
}
