//! A finding as people read it: code, message, the line it points to, hint.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use types::Lang;

use crate::{Finding, Severity, Sources};

impl Finding {
    /// The finding in `lang`, with the lines of `sources` it points to; several lines of text that end with a newline.
    #[must_use]
    pub fn render(&self, sources: &Sources, lang: Lang, color: bool) -> String {
        let level = match (self.severity, lang) {
            (Severity::Error, Lang::Zh) => Level::ERROR.with_name("错误"),
            (Severity::Error, Lang::En) => Level::ERROR,
            (Severity::Warning, Lang::Zh) => Level::WARNING.with_name("警告"),
            (Severity::Warning, Lang::En) => Level::WARNING,
        };
        let source = sources.get(&self.file).unwrap_or_default();
        let mut snippet = Snippet::source(source)
            .path(self.file.as_str())
            .annotation(AnnotationKind::Primary.span(shown(source, &self.span)));
        for (_, span, label) in self.related.iter().filter(|(file, ..)| *file == self.file) {
            snippet = snippet.annotation(AnnotationKind::Context.span(shown(source, span)).label(label.get(lang)));
        }
        let mut group = Group::with_title(level.primary_title(self.message.get(lang)).id(self.code)).element(snippet);
        for (file, span, label) in self.related.iter().filter(|(file, ..)| *file != self.file) {
            let source = sources.get(file).unwrap_or_default();
            let annotation = AnnotationKind::Context.span(shown(source, span)).label(label.get(lang));
            group = group.element(Snippet::source(source).path(file.as_str()).annotation(annotation));
        }
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut text = renderer.render(&[group]);
        text.push('\n');
        if let Some(hint) = &self.hint {
            let word = match lang {
                Lang::Zh => "提示",
                Lang::En => "hint",
            };
            let word = if color { format!("\u{1b}[1m{word}\u{1b}[0m") } else { word.to_owned() };
            text.push_str(&format!("{word}: {}\n", hint.get(lang)));
        }
        text
    }
}

/// The span within `source`; of a span over several lines only the first, so that a whole mapping is not drawn.
fn shown(source: &str, span: &std::ops::Range<usize>) -> std::ops::Range<usize> {
    let start = crate::finding::floor(source, span.start);
    let end = crate::finding::floor(source, span.end).max(start);
    let line = source[start..end].find(['\n', '\r']).map_or(end, |newline| start + newline);
    start..line.max(start)
}
