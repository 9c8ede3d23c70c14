//! The tokens of an expression with their bytes; what can never stand in one is refused here, all at once.

use sqlparser::dialect::GenericDialect;
use sqlparser::tokenizer::{Location, Token as SqlToken, Tokenizer};

use crate::{Problem, ProblemKind, Span};

/// One token. White space and comments are gone.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    /// A keyword or a name, as written.
    Word(String),
    /// Digits, as written.
    Number(String),
    /// A string, without its quotes.
    Text(String),
    /// An operator or punctuation.
    Symbol(&'static str),
    /// Behind the last token.
    End,
}

/// The tokens of `text`, the last one [`TokenKind::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Vec<Problem>> {
    let places = Places::of(text);
    let tokens = Tokenizer::new(&GenericDialect {}, text).tokenize_with_location().map_err(|error| {
        let start = places.byte(error.location);
        vec![Problem::new(
            ProblemKind::Syntax,
            Span { start, end: text.len().max(start) },
            "写法有误：引号或注释没有结束",
            lowercase(&error.message),
        )]
    })?;
    let mut read = Vec::with_capacity(tokens.len() + 1);
    let mut problems = Vec::new();
    for token in tokens {
        let span = Span { start: places.byte(token.span.start), end: places.byte(token.span.end) };
        match kind(&token.token) {
            Some(kind) => read.push(Token { kind, span }),
            None if matches!(token.token, SqlToken::Whitespace(_) | SqlToken::EOF) => {}
            None => problems.push(refused(&token.token, text.get(span.start..span.end).unwrap_or_default(), span)),
        }
    }
    let end = text.trim_end().len();
    read.push(Token { kind: TokenKind::End, span: Span { start: end, end } });
    if problems.is_empty() { Ok(read) } else { Err(problems) }
}

fn kind(token: &SqlToken) -> Option<TokenKind> {
    let symbol = match token {
        SqlToken::Word(word) if word.quote_style.is_none() => return Some(TokenKind::Word(word.value.clone())),
        SqlToken::Number(digits, false) => return Some(TokenKind::Number(digits.clone())),
        SqlToken::SingleQuotedString(text) => return Some(TokenKind::Text(text.clone())),
        SqlToken::Eq => "=",
        SqlToken::Neq => "<>",
        SqlToken::Lt => "<",
        SqlToken::LtEq => "<=",
        SqlToken::Gt => ">",
        SqlToken::GtEq => ">=",
        SqlToken::Plus => "+",
        SqlToken::Minus => "-",
        SqlToken::Mul => "*",
        SqlToken::Div => "/",
        SqlToken::LParen => "(",
        SqlToken::RParen => ")",
        SqlToken::Comma => ",",
        SqlToken::Period => ".",
        SqlToken::Colon => ":",
        _ => return None,
    };
    Some(TokenKind::Symbol(symbol))
}

/// Why a token has no place in an expression, and what to write instead.
fn refused(token: &SqlToken, written: &str, span: Span) -> Problem {
    let problem = |kind| {
        Problem::new(
            kind,
            span,
            format!("表达式中不能使用 `{written}`"),
            format!("`{written}` is not part of this language"),
        )
    };
    match token {
        SqlToken::Char(c) => {
            let problem = problem(ProblemKind::Syntax);
            match (comparison(*c), half_width(*c)) {
                (Some(sign), _) => problem.with_hint(format!("写作 `{sign}`"), format!("write `{sign}`")),
                (None, Some(half)) => {
                    problem.with_hint(format!("请用半角 `{half}`"), format!("write the half-width `{half}`"))
                }
                (None, None) => problem,
            }
        }
        SqlToken::DoubleEq => problem(ProblemKind::NotSupported).with_hint("相等写作 `=`", "equality is written `=`"),
        SqlToken::Word(_) | SqlToken::DoubleQuotedString(_) => problem(ProblemKind::NotSupported)
            .with_hint("文字用单引号 `'…'`，名称不加引号", "text stands in single quotes `'…'`, names in none"),
        _ => problem(ProblemKind::NotSupported),
    }
}

/// The operator that a mathematical sign stands for: never one that answers otherwise at the line.
fn comparison(c: char) -> Option<&'static str> {
    match c {
        '≥' | '≧' | '⩾' => Some(">="),
        '≤' | '≦' | '⩽' => Some("<="),
        '≠' => Some("<>"),
        _ => None,
    }
}

/// The ASCII character that a full-width or typographic one was meant to be.
fn half_width(c: char) -> Option<char> {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0),
        '‘' | '’' | '“' | '”' => Some('\''),
        '、' => Some(','),
        _ => None,
    }
}

/// Lower case at the start, as messages are written.
pub(super) fn lowercase(message: &str) -> String {
    let mut characters = message.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

/// Byte of each (line, column), both from 1, columns in characters.
struct Places {
    /// (line, column, byte), in order; the last is the end of the text.
    places: Vec<(u64, u64, usize)>,
}

impl Places {
    fn of(text: &str) -> Self {
        let (mut line, mut column) = (1, 1);
        let mut places = Vec::with_capacity(text.len() + 1);
        for (byte, c) in text.char_indices() {
            places.push((line, column, byte));
            if c == '\n' {
                line += 1;
                column = 1;
            } else {
                column += 1;
            }
        }
        places.push((line, column, text.len()));
        Self { places }
    }

    /// The byte at `location`; the nearest one before when there is no such place.
    fn byte(&self, location: Location) -> usize {
        let index =
            self.places.partition_point(|(line, column, _)| (*line, *column) < (location.line, location.column));
        self.places.get(index).or(self.places.last()).map_or(0, |place| place.2)
    }
}
