//! The expression language: SQL scalar expressions, parsed, typed and evaluated one row at a time.
//!
//! This crate is the definition of meaning (docs/semantics.md). Every faster engine is held equal to it.
//!
//! - [`parse`]: text -> tree, with byte spans (`sqlparser` cuts the tokens; the grammar is a subset of its generic dialect).
//! - [`check`]: tree + [`Scope`] -> [`Compiled`], or every [`Problem`] at once. [`check_condition`] gives a [`Formula`],
//!   [`check_aggregate`] an [`AggregateCall`].
//! - `lookup(:table, …)`, `marginal(:table, …)`, `workdays_between(:calendar, …)` and `workdays_after(:calendar, …)` read keyed
//!   parameter tables ([`types::KeyedTable`]).
//! - [`Node::evaluate`]: one row of input values -> one value.
//! - [`Formula`]: a condition's and/or/not over atoms, negation pushed down.
//!
//! To add a function: a file in `function/`, its variant in `function/mod.rs`, and its cases in `tests/cases/`.

mod ast;
mod canonical;
mod check;
mod compiled;
mod evaluate;
mod formula;
mod function;
mod lookup;
mod parse;
mod problem;
mod scope;

pub use ast::Ast;
pub use check::{check, check_aggregate, check_condition, check_condition_given};
pub use compiled::{
    AggregateCall, AggregateFunction, Arithmetic, Comparison, Compiled, ExistsRow, Input, Lookup, Node, NodeKind, Span,
};
pub use evaluate::Overflow;
pub use formula::{Atom, Formula, FormulaNode, Truth};
pub use function::Function;
pub use parse::parse;
pub use problem::{Problem, ProblemKind};
pub use scope::{Binding, Scope, TableType};
