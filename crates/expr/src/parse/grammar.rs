//! The grammar: precedence climbing over the tokens, with SQL's precedence.

use types::{Day, Decimal, Period, Value};

use super::MAX_DEPTH;
use super::token::{Token, TokenKind};
use crate::ast::{AstKind, AstNode, Call};
use crate::{Arithmetic, Comparison, Problem, ProblemKind, Span};

/// Binding strengths, weakest first: those of `sqlparser`'s generic dialect.
const OR: u8 = 5;
const AND: u8 = 10;
const NOT: u8 = 15;
const IS: u8 = 17;
const LIKE: u8 = 19;
const COMPARE: u8 = 20;
const SUM: u8 = 30;
const PRODUCT: u8 = 40;

/// Words that cannot be names.
const RESERVED: [&str; 18] = [
    "and", "or", "not", "is", "null", "true", "false", "in", "between", "like", "case", "when", "then", "else", "end",
    "distinct", "select", "from",
];
/// SQL's special forms `word(… keyword …)`, and what to write instead.
const SPECIAL_FORMS: [(&str, Option<&str>); 13] = [
    ("cast", None),
    ("try_cast", None),
    ("safe_cast", None),
    ("convert", None),
    ("extract", Some("month(x)`, `year(x)")),
    ("trim", None),
    ("position", None),
    ("overlay", None),
    ("ceil", None),
    ("floor", None),
    ("exists", Some("exists_row(feed, condition)")),
    ("array", None),
    ("row", None),
];
/// SQL's operators that are words.
const WORD_OPERATORS: [&str; 14] = [
    "collate", "at", "over", "filter", "escape", "ilike", "similar", "rlike", "regexp", "xor", "overlaps", "div",
    "mod", "within",
];

type Parsed = Result<AstNode, Box<Problem>>;

/// Reads all of `tokens` as one expression.
pub(super) fn read(text: &str, tokens: &[Token]) -> Parsed {
    let mut grammar = Grammar { text, tokens, position: 0, depth: 0 };
    let node = grammar.expression(0)?;
    if grammar.token().kind == TokenKind::End {
        Ok(node)
    } else {
        Err(grammar.unexpected("表达式到此结束", "the end"))
    }
}

struct Grammar<'t> {
    text: &'t str,
    tokens: &'t [Token],
    position: usize,
    depth: usize,
}

impl<'t> Grammar<'t> {
    /// An expression of operators that bind more strongly than `strength`.
    fn expression(&mut self, strength: u8) -> Parsed {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.too_deep(self.token().span));
        }
        let mut node = self.prefix()?;
        while let Some(next) = self.infix_strength() {
            if strength >= next {
                break;
            }
            node = self.infix(node, next)?;
        }
        self.depth -= 1;
        Ok(node)
    }

    fn prefix(&mut self) -> Parsed {
        let token = self.token();
        let start = token.span.start;
        match &token.kind {
            TokenKind::Number(digits) => {
                self.position += 1;
                match Decimal::parse(digits) {
                    Some(number) => self.node(AstKind::Literal(Value::Number(number)), start),
                    None => Err(problem(
                        ProblemKind::Syntax,
                        token.span,
                        format!("`{digits}` 不是能精确读取的数"),
                        format!("`{digits}` is not a number that can be read exactly"),
                    )),
                }
            }
            TokenKind::Text(text) => {
                self.position += 1;
                self.node(AstKind::Literal(Value::text(text)), start)
            }
            TokenKind::Symbol("(") => self.parentheses(),
            TokenKind::Symbol("-") => {
                self.position += 1;
                let operand = self.expression(PRODUCT)?;
                self.node(AstKind::Negate(Box::new(operand)), start)
            }
            TokenKind::Symbol("+") => {
                self.position += 1;
                self.expression(PRODUCT)
            }
            TokenKind::Symbol(":") => self.parameter(),
            TokenKind::Word(word) => self.word(word, token.span),
            TokenKind::Symbol(_) | TokenKind::End => Err(self.unexpected("一个值", "a value")),
        }
    }

    fn parentheses(&mut self) -> Parsed {
        let start = self.token().span.start;
        self.position += 1;
        let mut node = self.expression(0)?;
        if self.is_symbol(",") {
            return Err(self.not_supported(self.token().span, "值组 (a, b)", "a tuple (a, b)"));
        }
        self.expect(")")?;
        node.span = self.since(start);
        Ok(node)
    }

    fn parameter(&mut self) -> Parsed {
        let colon = self.token().span;
        self.position += 1;
        match self.token() {
            Token { kind: TokenKind::Word(name), span } if span.start == colon.end => {
                self.position += 1;
                self.node(AstKind::Parameter(name.clone()), colon.start)
            }
            _ => Err(self.unexpected("紧跟冒号的参数名", "the name of a parameter right after the colon")),
        }
    }

    fn word(&mut self, word: &str, span: Span) -> Parsed {
        self.position += 1;
        let lower = word.to_ascii_lowercase();
        let literal = match lower.as_str() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "null" => Some(Value::Null),
            _ => None,
        };
        if let Some(value) = literal {
            return self.node(AstKind::Literal(value), span.start);
        }
        match lower.as_str() {
            "not" => {
                if self.is_word("exists") {
                    return self.word("exists", self.token().span);
                }
                let operand = self.expression(NOT)?;
                return self.node(AstKind::Not(Box::new(operand)), span.start);
            }
            "case" => return self.case(span.start),
            "interval" if matches!(self.token().kind, TokenKind::Text(_) | TokenKind::Number(_)) => {
                return self.interval(span.start);
            }
            "date" if matches!(self.token().kind, TokenKind::Text(_)) => return self.date(span.start),
            "select" => return Err(self.not_supported(span, "子查询", "a subquery")),
            _ => {}
        }
        if matches!(self.token().kind, TokenKind::Text(_)) {
            self.position += 1;
            return Err(self.not_supported(
                self.since(span.start),
                &format!("`{word} '…'` 形式的值"),
                &format!("a value written `{word} '…'`"),
            ));
        }
        if self.is_symbol("(") {
            if let Some((_, instead)) = SPECIAL_FORMS.iter().find(|form| form.0 == lower) {
                let mut problem = self.not_supported(span, &format!("`{lower}(…)`"), &format!("`{lower}(…)`"));
                if let Some(instead) = instead {
                    *problem = problem.with_hint(format!("请用 `{instead}`"), format!("write `{instead}`"));
                }
                return Err(problem);
            }
            if !RESERVED.contains(&lower.as_str()) {
                return self.call(lower, span);
            }
        }
        if RESERVED.contains(&lower.as_str()) {
            self.position -= 1;
            return Err(self.unexpected("一个值", "a value"));
        }
        self.name(word, span)
    }

    fn name(&mut self, word: &str, span: Span) -> Parsed {
        let mut parts = vec![word.to_owned()];
        while self.is_symbol(".") {
            self.position += 1;
            match &self.token().kind {
                TokenKind::Word(part) => parts.push(part.clone()),
                _ => return Err(self.unexpected("点号后的名称", "a name after the point")),
            }
            self.position += 1;
        }
        let (prefix, name) = match <[String; 2]>::try_from(parts) {
            Ok([prefix, name]) => (Some(prefix), name),
            Err(parts) if parts.len() == 1 => (None, word.to_owned()),
            Err(_) => {
                return Err(self.not_supported(
                    self.since(span.start),
                    "两级以上的名称",
                    "a name of more than two parts",
                ));
            }
        };
        if self.is_symbol("(") {
            return Err(self.not_supported(self.since(span.start), "带前缀的函数名", "a function name with a prefix"));
        }
        self.node(AstKind::Name { prefix, name }, span.start)
    }

    fn call(&mut self, name: String, name_span: Span) -> Parsed {
        self.expect("(")?;
        let mut call = Call { name, name_span, distinct: false, star: false, arguments: Vec::new() };
        if self.is_word("distinct") {
            self.position += 1;
            call.distinct = true;
        }
        if self.is_symbol("*") {
            self.position += 1;
            call.star = true;
        } else if !self.is_symbol(")") {
            call.arguments = self.list()?;
        }
        self.expect(")")?;
        for word in ["over", "filter", "within"] {
            if self.is_word(word) {
                return Err(self.not_supported(
                    self.token().span,
                    &format!("窗口与筛选（`{word}`）"),
                    &format!("`{word}`"),
                ));
            }
        }
        self.node(AstKind::Call(call), name_span.start)
    }

    fn case(&mut self, start: usize) -> Parsed {
        let operand = if self.is_word("when") { None } else { Some(Box::new(self.expression(0)?)) };
        let mut branches = Vec::new();
        while self.is_word("when") {
            self.position += 1;
            let when = self.expression(0)?;
            self.expect_word("then")?;
            branches.push((when, self.expression(0)?));
        }
        if branches.is_empty() {
            return Err(self.unexpected("`when`", "`when`"));
        }
        let mut otherwise = None;
        if self.is_word("else") {
            self.position += 1;
            otherwise = Some(Box::new(self.expression(0)?));
        }
        self.expect_word("end")?;
        self.node(AstKind::Case { operand, branches, otherwise }, start)
    }

    /// `interval '1 month'`, `interval '3' day`, `interval 3 day`; the word is read.
    fn interval(&mut self, start: usize) -> Parsed {
        let mut text = match &self.token().kind {
            TokenKind::Text(text) | TokenKind::Number(text) => text.trim().to_owned(),
            _ => return Err(self.unexpected("时长", "a length of time")),
        };
        self.position += 1;
        if text.bytes().all(|byte| byte.is_ascii_digit())
            && let TokenKind::Word(unit) = &self.token().kind
        {
            text = format!("{text} {unit}");
            self.position += 1;
        }
        match Period::parse(&text.to_ascii_lowercase()) {
            Some(period) => self.node(AstKind::Literal(Value::Period(period)), start),
            None => Err(problem(
                ProblemKind::Syntax,
                self.since(start),
                format!("`{text}` 不是时长"),
                format!("`{text}` is not a length of time"),
            )
            .hinted(
                "写作 `interval '30 days'`、`'1 month'`、`'1 year'`",
                "write `interval '30 days'`, `'1 month'`, `'1 year'`",
            )),
        }
    }

    fn date(&mut self, start: usize) -> Parsed {
        let TokenKind::Text(text) = &self.token().kind else { return Err(self.unexpected("日期", "a date")) };
        self.position += 1;
        match Day::parse(text) {
            Some(day) => self.node(AstKind::Literal(Value::Day(day)), start),
            None => Err(problem(
                ProblemKind::Syntax,
                self.since(start),
                format!("`{text}` 不是日期（YYYY-MM-DD）"),
                format!("`{text}` is not a date (YYYY-MM-DD)"),
            )),
        }
    }

    /// How strongly the operator that comes next binds; `None` when none does.
    fn infix_strength(&self) -> Option<u8> {
        match &self.token().kind {
            TokenKind::Symbol("=" | "<>" | "<" | "<=" | ">" | ">=") => Some(COMPARE),
            TokenKind::Symbol("+" | "-") => Some(SUM),
            TokenKind::Symbol("*" | "/") => Some(PRODUCT),
            TokenKind::Word(word) => {
                let lower = word.to_ascii_lowercase();
                match lower.as_str() {
                    "or" => Some(OR),
                    "and" => Some(AND),
                    "is" => Some(IS),
                    "in" | "between" => Some(COMPARE),
                    "like" => Some(LIKE),
                    "not" => match self.word_at(self.position + 1)?.to_ascii_lowercase().as_str() {
                        "in" | "between" => Some(COMPARE),
                        "like" => Some(LIKE),
                        _ => None,
                    },
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn infix(&mut self, left: AstNode, strength: u8) -> Parsed {
        let start = left.span.start;
        let token = self.token();
        self.position += 1;
        let comparison = |text| match text {
            "=" => Some(Comparison::Equal),
            "<>" => Some(Comparison::NotEqual),
            "<" => Some(Comparison::Less),
            "<=" => Some(Comparison::LessOrEqual),
            ">" => Some(Comparison::Greater),
            ">=" => Some(Comparison::GreaterOrEqual),
            _ => None,
        };
        let kind = match &token.kind {
            TokenKind::Symbol(symbol) => {
                if let Some((_, word)) = self.quantifier() {
                    return Err(self.not_supported(
                        self.token().span,
                        &format!("`{symbol} {word}(…)`"),
                        &format!("`{symbol} {word}(…)`"),
                    ));
                }
                let right = Box::new(self.expression(strength)?);
                let left = Box::new(left);
                match (comparison(symbol), *symbol) {
                    (Some(comparison), _) => AstKind::Compare(comparison, left, right),
                    (None, "+") => AstKind::Arithmetic(Arithmetic::Add, left, right),
                    (None, "-") => AstKind::Arithmetic(Arithmetic::Subtract, left, right),
                    (None, "*") => AstKind::Arithmetic(Arithmetic::Multiply, left, right),
                    (None, _) => AstKind::Arithmetic(Arithmetic::Divide, left, right),
                }
            }
            TokenKind::Word(word) => match word.to_ascii_lowercase().as_str() {
                "and" => AstKind::And(joined(left, self.expression(AND)?, |kind| match kind {
                    AstKind::And(parts) => Ok(parts),
                    other => Err(other),
                })),
                "or" => AstKind::Or(joined(left, self.expression(OR)?, |kind| match kind {
                    AstKind::Or(parts) => Ok(parts),
                    other => Err(other),
                })),
                "is" => self.is(left)?,
                "not" => {
                    let word = self.word_at(self.position).unwrap_or_default().to_ascii_lowercase();
                    self.position += 1;
                    self.negatable(&word, left, true)?
                }
                word => self.negatable(word, left, false)?,
            },
            _ => return Err(self.unexpected("运算符", "an operator")),
        };
        self.node(kind, start)
    }

    /// What follows `is`.
    fn is(&mut self, operand: AstNode) -> Result<AstKind, Box<Problem>> {
        let mut negated = false;
        if self.is_word("not") {
            self.position += 1;
            negated = true;
        }
        let operand = Box::new(operand);
        let word = self.word_at(self.position).unwrap_or_default().to_ascii_lowercase();
        let kind = match word.as_str() {
            "null" | "unknown" => AstKind::IsNull { operand, negated },
            "true" => AstKind::IsBool { operand, value: true, negated },
            "false" => AstKind::IsBool { operand, value: false, negated },
            "distinct" => {
                return Err(self.not_supported(self.token().span, "`is distinct from`", "`is distinct from`"));
            }
            _ => return Err(self.unexpected("`null`、`true` 或 `false`", "`null`, `true` or `false`")),
        };
        self.position += 1;
        Ok(kind)
    }

    /// `in (…)`, `between … and …`, `like …`; the word is read.
    fn negatable(&mut self, word: &str, operand: AstNode, negated: bool) -> Result<AstKind, Box<Problem>> {
        let operand = Box::new(operand);
        match word {
            "in" => {
                self.expect("(")?;
                let list = self.list()?;
                self.expect(")")?;
                Ok(AstKind::In { needle: operand, list, negated })
            }
            "between" => {
                let low = Box::new(self.expression(COMPARE)?);
                self.expect_word("and")?;
                let high = Box::new(self.expression(COMPARE)?);
                Ok(AstKind::Between { operand, low, high, negated })
            }
            _ => {
                let pattern = Box::new(self.expression(LIKE)?);
                Ok(AstKind::Like { operand, pattern, negated })
            }
        }
    }

    fn list(&mut self) -> Result<Vec<AstNode>, Box<Problem>> {
        let mut list = vec![self.expression(0)?];
        while self.is_symbol(",") {
            self.position += 1;
            list.push(self.expression(0)?);
        }
        Ok(list)
    }

    /// `any(` or `all(` right after a comparison: SQL's quantified comparison.
    fn quantifier(&self) -> Option<(usize, &str)> {
        let word = self.word_at(self.position)?;
        let next = &self.tokens.get(self.position + 1)?.kind;
        (["any", "all", "some"].contains(&word.to_ascii_lowercase().as_str()) && *next == TokenKind::Symbol("("))
            .then_some((self.position, word))
    }

    fn token(&self) -> &'t Token {
        // The last token is `End`, and no rule reads past it.
        &self.tokens[self.position.min(self.tokens.len() - 1)]
    }

    fn word_at(&self, position: usize) -> Option<&'t str> {
        match &self.tokens.get(position)?.kind {
            TokenKind::Word(word) => Some(word),
            _ => None,
        }
    }

    fn is_word(&self, word: &str) -> bool {
        self.word_at(self.position).is_some_and(|written| written.eq_ignore_ascii_case(word))
    }

    fn is_symbol(&self, symbol: &str) -> bool {
        matches!(&self.token().kind, TokenKind::Symbol(written) if *written == symbol)
    }

    fn expect(&mut self, symbol: &'static str) -> Result<(), Box<Problem>> {
        if self.is_symbol(symbol) {
            self.position += 1;
            return Ok(());
        }
        Err(self.unexpected(&format!("`{symbol}`"), &format!("`{symbol}`")))
    }

    fn expect_word(&mut self, word: &str) -> Result<(), Box<Problem>> {
        if self.is_word(word) {
            self.position += 1;
            return Ok(());
        }
        Err(self.unexpected(&format!("`{word}`"), &format!("`{word}`")))
    }

    /// From `start` to the end of the last token read.
    fn since(&self, start: usize) -> Span {
        let end =
            self.position.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(start, |token| token.span.end);
        Span { start, end: end.max(start) }
    }

    fn node(&self, kind: AstKind, start: usize) -> Parsed {
        let node = AstNode { span: self.since(start), height: height(&kind) + 1, kind };
        if node.height > MAX_DEPTH { Err(self.too_deep(node.span)) } else { Ok(node) }
    }

    fn too_deep(&self, span: Span) -> Box<Problem> {
        problem(
            ProblemKind::Syntax,
            span,
            format!("表达式嵌套超过 {MAX_DEPTH} 层"),
            format!("the expression is nested more than {MAX_DEPTH} levels deep"),
        )
        .hinted("请拆成几个特征", "split it into several features")
    }

    fn not_supported(&self, span: Span, zh: &str, en: &str) -> Box<Problem> {
        problem(ProblemKind::NotSupported, span, format!("不支持{zh}"), format!("{en} is not supported"))
    }

    fn unexpected(&self, zh: &str, en: &str) -> Box<Problem> {
        let token = self.token();
        if let TokenKind::Word(word) = &token.kind
            && WORD_OPERATORS.contains(&word.to_ascii_lowercase().as_str())
        {
            return self.not_supported(token.span, &format!("`{word}`"), &format!("`{word}`"));
        }
        let found = self.text.get(token.span.start..token.span.end).unwrap_or_default();
        if found.is_empty() {
            return problem(
                ProblemKind::Syntax,
                token.span,
                format!("表达式不完整，此处应为{zh}"),
                format!("the expression ends where {en} is expected"),
            );
        }
        problem(
            ProblemKind::Syntax,
            token.span,
            format!("此处应为{zh}，而不是 `{found}`"),
            format!("expected {en}, found `{found}`"),
        )
    }
}

fn problem(kind: ProblemKind, span: Span, zh: String, en: String) -> Box<Problem> {
    Box::new(Problem::new(kind, span, zh, en))
}

/// A small step to keep the constructors above on one line.
trait Hinted {
    fn hinted(self, zh: &str, en: &str) -> Self;
}

impl Hinted for Box<Problem> {
    fn hinted(self, zh: &str, en: &str) -> Self {
        Self::new(self.with_hint(zh, en))
    }
}

/// The parts of a chain of the same connective, in order.
fn joined(left: AstNode, right: AstNode, parts: fn(AstKind) -> Result<Vec<AstNode>, AstKind>) -> Vec<AstNode> {
    let opened =
        |AstNode { kind, span, height }| parts(kind).unwrap_or_else(|kind| vec![AstNode { kind, span, height }]);
    let mut joined = opened(left);
    joined.extend(opened(right));
    joined
}

/// Height of the tallest child.
fn height(kind: &AstKind) -> usize {
    let of = |nodes: &[AstNode]| nodes.iter().map(|node| node.height).max().unwrap_or(0);
    match kind {
        AstKind::Literal(_) | AstKind::Name { .. } | AstKind::Parameter(_) => 0,
        AstKind::Not(node) | AstKind::Negate(node) => node.height,
        AstKind::IsNull { operand, .. } | AstKind::IsBool { operand, .. } => operand.height,
        AstKind::And(nodes) | AstKind::Or(nodes) => of(nodes),
        AstKind::Compare(_, left, right) | AstKind::Arithmetic(_, left, right) => left.height.max(right.height),
        AstKind::In { needle, list, .. } => needle.height.max(of(list)),
        AstKind::Between { operand, low, high, .. } => operand.height.max(low.height).max(high.height),
        AstKind::Like { operand, pattern, .. } => operand.height.max(pattern.height),
        AstKind::Case { operand, branches, otherwise } => branches
            .iter()
            .map(|(when, then)| when.height.max(then.height))
            .chain(operand.iter().chain(otherwise).map(|node| node.height))
            .max()
            .unwrap_or(0),
        AstKind::Call(call) => of(&call.arguments),
    }
}
