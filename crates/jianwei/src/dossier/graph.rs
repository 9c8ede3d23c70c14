//! The lineage of one model as a drawing: feeds on the left, what is made of them, the model on the right.

use std::collections::{BTreeMap, BTreeSet};

use pack::Programme;
use pack::lineage::{Reads, feeds_of_value, reads_of_feature, values_behind};
use pack::programme::Reference;
use types::Text;
use unicode_width::UnicodeWidthChar as _;

use super::html::{Html, escaped};

const BOX_WIDTH: usize = 210;
const BOX_HEIGHT: usize = 40;
const GAP_X: usize = 56;
const GAP_Y: usize = 12;
/// Layers side by side on one page.
const MOST_COLUMNS: usize = 4;
/// Columns of a terminal that fit into a box.
const COLUMNS: usize = 30;

/// One box.
struct Node {
    layer: usize,
    class: &'static str,
    title: Text,
    name: String,
}

/// Draws what `reads` of a model called `id` stand on.
pub fn draw(html: &mut Html, programme: &Programme, id: &str, title: &Text, reads: &Reads) {
    let values = values_behind(programme, reads);
    let mut depths: BTreeMap<&Reference, usize> = BTreeMap::new();
    for value in &values {
        depth(programme, value, &values, &mut depths);
    }
    let last = depths.values().max().copied().unwrap_or(0) + 1;
    let mut nodes: BTreeMap<String, Node> = BTreeMap::new();
    let mut edges: BTreeSet<(String, String)> = BTreeSet::new();
    let model = "model".to_owned();
    nodes.insert(model.clone(), Node { layer: last, class: "model", title: title.clone(), name: id.to_owned() });
    for (value, depth) in &depths {
        nodes.insert(key(value), value_node(programme, value, *depth));
        let mut feeds = feeds_of_value(programme, value);
        if let Some(feature) = programme.feature(&value.kind, &value.name).filter(|_| !value.attribute) {
            let own = reads_of_feature(programme, feature);
            edges.extend(own.values.iter().map(|read| (key(read), key(value))));
            // The lists of a roll-up's members say only who they are; what is added up is drawn.
            if !own.values.is_empty() && pack::lineage::wording(feature).window.is_none() {
                feeds.clear();
            }
        }
        for feed in feeds {
            let title = programme.feeds.get(&feed).map(|feed| feed.title.clone()).unwrap_or_default();
            edges.insert((format!("feed {feed}"), key(value)));
            nodes.insert(format!("feed {feed}"), Node { layer: 0, class: "feed", title, name: feed });
        }
        if reads.values.contains(*value) {
            edges.insert((key(value), model.clone()));
        }
    }
    svg(html, &nodes, &edges, last);
}

fn key(reference: &Reference) -> String {
    format!("{} {}", reference.kind, reference.name)
}

fn value_node(programme: &Programme, reference: &Reference, depth: usize) -> Node {
    let (class, title) = if reference.attribute {
        let register = programme.register_of(&reference.kind);
        let attribute = register.and_then(|register| register.attributes.get(&reference.name));
        ("attribute", attribute.map(|attribute| attribute.title.clone()))
    } else {
        let feature = programme.feature(&reference.kind, &reference.name);
        ("feature", feature.map(|feature| feature.title.clone()))
    };
    let name = format!("{}.{}", reference.kind, reference.name);
    Node { layer: depth, class, title: title.unwrap_or_else(|| Text::new(name.clone(), name.clone())), name }
}

/// 1 for what reads feeds only, one more than the deepest it reads for anything else.
fn depth<'r>(
    programme: &Programme,
    value: &'r Reference,
    all: &'r BTreeSet<Reference>,
    known: &mut BTreeMap<&'r Reference, usize>,
) -> usize {
    if let Some(depth) = known.get(value) {
        return *depth;
    }
    let feature = programme.feature(&value.kind, &value.name).filter(|_| !value.attribute);
    let reads = feature.map(|feature| reads_of_feature(programme, feature).values).unwrap_or_default();
    let mut deepest = 1;
    for read in all.iter().filter(|other| reads.contains(other)) {
        deepest = deepest.max(depth(programme, read, all, known) + 1);
    }
    known.insert(value, deepest);
    deepest
}

/// Where the boxes stand, and how large the drawing is.
struct Layout<'n> {
    places: BTreeMap<&'n str, (usize, usize)>,
    width: usize,
    height: usize,
    /// Layers follow each other downwards, not to the right.
    is_tall: bool,
}

/// Layers side by side; more than fit a page, one below the other.
fn layout(nodes: &BTreeMap<String, Node>, last: usize) -> Layout<'_> {
    let of_layer = |layer: usize| nodes.iter().filter(move |(_, node)| node.layer == layer);
    let mut places: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    if last < MOST_COLUMNS {
        let tallest = (0..=last).map(|layer| of_layer(layer).count()).max().unwrap_or(1);
        for layer in 0..=last {
            let offset = (tallest - of_layer(layer).count()) * (BOX_HEIGHT + GAP_Y) / 2;
            for (row, (key, _)) in of_layer(layer).enumerate() {
                places.insert(key, (layer * (BOX_WIDTH + GAP_X) + 4, offset + row * (BOX_HEIGHT + GAP_Y) + 4));
            }
        }
        let width = (last + 1) * (BOX_WIDTH + GAP_X) - GAP_X + 8;
        return Layout { places, width, height: tallest * (BOX_HEIGHT + GAP_Y) - GAP_Y + 8, is_tall: false };
    }
    let mut y = 4;
    let width = MOST_COLUMNS * (BOX_WIDTH + GAP_Y) - GAP_Y + 8;
    for layer in 0..=last {
        let keys: Vec<&String> = of_layer(layer).map(|(key, _)| key).collect();
        for row in keys.chunks(MOST_COLUMNS) {
            let left = (width - (row.len() * (BOX_WIDTH + GAP_Y) - GAP_Y)) / 2;
            for (column, key) in row.iter().enumerate() {
                places.insert(key, (left + column * (BOX_WIDTH + GAP_Y), y));
            }
            y += BOX_HEIGHT + GAP_Y;
        }
        y += GAP_X / 2;
    }
    Layout { places, width, height: y - GAP_X / 2 - GAP_Y + 4, is_tall: true }
}

fn svg(html: &mut Html, nodes: &BTreeMap<String, Node>, edges: &BTreeSet<(String, String)>, last: usize) {
    let Layout { places, width, height, is_tall } = layout(nodes, last);
    html.markup(&format!(
        "<div class=\"lineage\"><svg viewBox=\"0 0 {width} {height}\" style=\"max-width:{width}px\" role=\"img\" aria-label=\"数据流向 lineage\">"
    ));
    for (from, to) in edges {
        let (Some((x1, y1)), Some((x2, y2))) = (places.get(from.as_str()), places.get(to.as_str())) else { continue };
        let path = if is_tall {
            let (x1, y1, x2) = (x1 + BOX_WIDTH / 2, y1 + BOX_HEIGHT, x2 + BOX_WIDTH / 2);
            let (down, up) = (y1 + GAP_X / 2, y2.saturating_sub(GAP_X / 2));
            format!("M{x1} {y1} C{x1} {down} {x2} {up} {x2} {y2}")
        } else {
            let (x1, y1, y2) = (x1 + BOX_WIDTH, y1 + BOX_HEIGHT / 2, y2 + BOX_HEIGHT / 2);
            let (onward, back) = (x1 + GAP_X / 2, x2.saturating_sub(GAP_X / 2));
            format!("M{x1} {y1} C{onward} {y1} {back} {y2} {x2} {y2}")
        };
        html.markup(&format!("<path d=\"{path}\"/>"));
    }
    for (key, node) in nodes {
        let Some((x, y)) = places.get(key.as_str()) else { continue };
        html.markup(&format!("<g class=\"{}\"><title>", node.class));
        html.text(&format!("{} {} {}", node.title.zh, node.title.en, node.name)).markup("</title>");
        html.markup(&format!("<rect x=\"{x}\" y=\"{y}\" width=\"{BOX_WIDTH}\" height=\"{BOX_HEIGHT}\" rx=\"4\"/>"));
        for (offset, class, text) in [(16, "zh", &node.title.zh), (32, "name", &node.name)] {
            html.markup(&format!("<text class=\"{class}\" x=\"{}\" y=\"{}\">", x + 8, y + offset));
            html.markup(&escaped(&cut(text))).markup("</text>");
        }
        html.markup("</g>");
    }
    html.markup("</svg></div>\n");
}

/// As much of `text` as fits into a box; a Chinese character takes two columns.
fn cut(text: &str) -> String {
    let mut width = 0;
    let mut shown = String::new();
    for c in text.chars() {
        width += c.width().unwrap_or(0);
        if width > COLUMNS {
            shown.push('…');
            return shown;
        }
        shown.push(c);
    }
    shown
}
