//! Text -> tree. `sqlparser` cuts the text into tokens; the expression grammar, a small part of SQL with the same precedence, is
//! read here.
//!
//! `sqlparser`'s own expression parser is not used at run time: it goes back over `not (`, `case (` and `cast (` at every level,
//! so twenty nested parentheses of a broken text take seconds and forty take hours, and its trees do not know where a node ends.
//! A test holds the two equal on generated expressions.

mod grammar;
mod token;

use crate::ast::Ast;
use crate::{Problem, ProblemKind, Span};

/// How deep a tree may be.
pub(crate) const MAX_DEPTH: usize = 64;
/// How many characters an expression may have.
const MAX_LENGTH: usize = 100_000;

/// Reads one expression.
///
/// # Errors
/// The problems of kinds [`ProblemKind::Syntax`] and [`ProblemKind::NotSupported`] that can be told without knowing any name.
pub fn parse(text: &str) -> Result<Ast, Vec<Problem>> {
    if text.len() > MAX_LENGTH && text.chars().count() > MAX_LENGTH {
        let span = Span { start: 0, end: text.len() };
        return Err(vec![Problem::new(
            ProblemKind::Syntax,
            span,
            format!("表达式超过 {MAX_LENGTH} 个字符"),
            format!("the expression has more than {MAX_LENGTH} characters"),
        )]);
    }
    let tokens = token::tokens(text)?;
    let root = grammar::read(text, &tokens).map_err(|problem| vec![*problem])?;
    Ok(Ast { text: text.to_owned(), root })
}

#[cfg(test)]
mod tests;
