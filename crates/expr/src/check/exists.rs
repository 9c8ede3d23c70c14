//! `exists_row(feed, condition)`: the one construct that looks at other rows.

use types::Type;

use super::checker::Checker;
use super::suggest;
use crate::ast::{AstKind, Call};
use crate::{ExistsRow, Input, Node, NodeKind, Problem, ProblemKind, Span};

impl Checker<'_> {
    pub(super) fn exists_row(&mut self, call: &Call, span: Span) -> Option<Node> {
        let [feed, condition] = call.arguments.as_slice() else {
            self.problems.push(Problem::new(
                ProblemKind::UnknownFunction,
                call.name_span,
                "写作 `exists_row(数据源, 条件)`",
                "it is written `exists_row(feed, condition)`",
            ));
            return None;
        };
        let AstKind::Name { prefix: None, name } = &feed.kind else {
            self.problems.push(Problem::new(
                ProblemKind::UnknownFeed,
                feed.span,
                "第一个参数应是数据源的名称",
                "the first argument is the name of a feed",
            ));
            return None;
        };
        let Some(scope) = self.scope.other(name) else {
            let feeds = self.scope.feeds();
            let problem = if feeds.is_empty() {
                let (zh, en) =
                    ("此处看不到数据行，不能用 `exists_row`", "no rows are in sight here: `exists_row` cannot be used");
                Problem::new(ProblemKind::UnknownFeed, call.name_span, zh, en)
            } else {
                let (zh, en) = (format!("没有数据源 `{name}`"), format!("unknown feed `{name}`"));
                Problem::new(ProblemKind::UnknownFeed, feed.span, zh, en).with_hint_text(suggest::hint(name, feeds))
            };
            self.problems.push(problem);
            return None;
        };
        let (compiled, problems) = Checker::new(self.text, &*scope).part(condition, Some(Type::Bool));
        self.problems.extend(problems);
        let input = self.exists_input(ExistsRow { feed: name.clone(), condition: compiled? });
        Some(Node { kind: NodeKind::Input(input), ty: Type::Bool, span })
    }

    /// The input of an `exists_row` call; calls that say the same are one.
    fn exists_input(&mut self, row: ExistsRow) -> usize {
        let canonical = row.condition.canonical_text();
        let same = |other: &ExistsRow| other.feed == row.feed && other.condition.canonical_text() == canonical;
        let number = self.exists.iter().position(same).unwrap_or_else(|| {
            self.exists.push(row);
            self.exists.len() - 1
        });
        self.input(Input::Exists(number), false)
    }
}
