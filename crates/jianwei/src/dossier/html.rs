//! HTML as text that cannot be broken out of: everything written goes through [`Html::text`], which escapes, or is markup of ours.

use types::Text;

/// A piece of a page.
#[derive(Clone, Debug, Default)]
pub struct Html(String);

impl Html {
    /// Markup of ours; never what a pack says.
    pub fn markup(&mut self, markup: &str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// What a pack says, escaped.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.0.push_str(&escaped(text));
        self
    }

    /// `<tag class=…>text</tag>`
    pub fn element(&mut self, tag: &str, class: &str, text: &str) -> &mut Self {
        self.open(tag, class).text(text).close(tag)
    }

    /// `<tag class=…>`
    pub fn open(&mut self, tag: &str, class: &str) -> &mut Self {
        match class {
            "" => self.markup(&format!("<{tag}>")),
            class => self.markup(&format!("<{tag} class=\"{}\">", escaped(class))),
        }
    }

    /// `</tag>`
    pub fn close(&mut self, tag: &str) -> &mut Self {
        self.markup(&format!("</{tag}>\n"))
    }

    /// Chinese, and English below it in small.
    pub fn both(&mut self, text: &Text) -> &mut Self {
        self.element("span", "zh", &text.zh);
        if text.en != text.zh {
            self.markup(" ").element("span", "en", &text.en);
        }
        self
    }

    /// A heading with an anchor that links can name.
    pub fn heading(&mut self, level: u8, anchor: &str, zh: &str, en: &str) -> &mut Self {
        self.markup(&format!("<h{level} id=\"{}\">", escaped(anchor))).both(&Text::new(zh, en));
        self.close(&format!("h{level}"))
    }

    /// A table; cells are pieces of a page.
    pub fn table(&mut self, headers: &[(&str, &str)], rows: Vec<Vec<Html>>) -> &mut Self {
        if rows.is_empty() {
            return self.element("p", "none", "无 none");
        }
        self.markup("<table><thead><tr>");
        for (zh, en) in headers {
            self.open("th", "").both(&Text::new(*zh, *en)).close("th");
        }
        self.markup("</tr></thead><tbody>\n");
        for row in rows {
            self.markup("<tr>");
            for cell in row {
                self.open("td", "").markup(&cell.0).close("td");
            }
            self.markup("</tr>\n");
        }
        self.markup("</tbody></table>\n")
    }

    /// The page.
    pub fn finish(self) -> String {
        self.0
    }
}

/// A cell of plain text.
pub fn cell(text: impl AsRef<str>) -> Html {
    let mut html = Html::default();
    html.text(text.as_ref());
    html
}

/// A cell of code.
pub fn code(text: impl AsRef<str>) -> Html {
    let mut html = Html::default();
    if !text.as_ref().is_empty() {
        html.element("code", "", text.as_ref());
    }
    html
}

/// A cell in both languages.
pub fn both(text: &Text) -> Html {
    let mut html = Html::default();
    html.both(text);
    html
}

/// `text` as it may stand in an element or an attribute.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c if c.is_control() && !matches!(c, '\n' | '\t') => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use types::Text;

    use super::Html;

    #[test]
    fn nothing_a_pack_says_becomes_markup() {
        let mut html = Html::default();
        html.element("p", "x\" onload=\"y", "<script>alert('1')</script> & \"x\"").both(&Text::new("<b>", "<i>"));
        html.heading(2, "a\"><b>", "一", "one");
        let page = html.finish();
        for bad in ["<script", "onload=\"y\"", "<b>", "<i>", "'1'"] {
            assert!(!page.contains(bad), "{bad} in {page}");
        }
        assert!(page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;x&quot;"), "{page}");
    }
}
