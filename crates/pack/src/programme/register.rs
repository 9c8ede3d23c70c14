//! Registers: the kinds of subject, where their members and attributes come from.

use std::collections::BTreeMap;

use types::{Class, Text, Type};

/// One kind of subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Register {
    /// Its name: the subject kind (for the places: the name of the whole tree).
    pub name: String,
    /// Number of the pack that declares it.
    pub pack: usize,
    /// Title.
    pub title: Text,
    /// How its members are found.
    pub shape: Shape,
    /// Attributes by name.
    pub attributes: BTreeMap<String, Attribute>,
}

/// How the members of a register are found.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// The tree of places; its levels are subject kinds.
    Place {
        /// Names of the levels, widest first; the n-th level is the n-th length of a place code.
        levels: Vec<String>,
        /// Titles of the levels.
        titles: Vec<Text>,
        /// Member feeds; each has the columns below.
        members: Vec<String>,
        /// Column of the place's own code.
        key: String,
        /// Column of the parent's code.
        parent: String,
        /// Column of the code that follows a retired one.
        successor: Option<String>,
    },
    /// A list kept by departments: people, families, firms.
    Members {
        /// Type of the key: text, or a code.
        key: Type,
        /// Name of the key, as feeds' columns and screens call it.
        key_name: String,
        /// Class of the key.
        key_class: Class,
        /// Member feeds, in order; each has a link of this kind.
        members: Vec<String>,
        /// The kind each member belongs to on a day (a person to a group of persons).
        belongs_to: Option<Belonging>,
        /// Where a member lives.
        place: PlaceOf,
    },
    /// Each distinct key tuple of a feed's rows is a subject.
    Derived {
        /// The feed.
        feed: String,
        /// Its columns.
        key: Vec<String>,
        /// The column, one of `key`, that holds the place.
        place: Option<String>,
    },
}

/// Membership of one kind in another, by day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Belonging {
    /// The kind belonged to.
    pub kind: String,
    /// `(feed, column)` in order: per member and day the first with a row wins.
    pub sources: Vec<(String, String)>,
}

/// Where a member's place is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaceOf {
    /// Nowhere.
    None,
    /// In this column of the member feeds (of those that have it).
    Column(String),
    /// It is the place of what the member belongs to.
    Belonging,
}

/// A value of a subject that changes over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// Name.
    pub name: String,
    /// Title.
    pub title: Text,
    /// Type.
    pub ty: Type,
    /// Highest class of its source columns.
    pub class: Class,
    /// Where it is read.
    pub source: AttributeSource,
}

/// Where an attribute is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeSource {
    /// `from: [feed.column, …]`: presence needs one, absence all; the first with a value wins.
    Columns(Vec<(String, String)>),
    /// `listed: [feed, …]`: true with a row in force in any of them.
    Listed(Vec<String>),
}

impl Register {
    /// Whether it is the tree of places.
    #[must_use]
    pub fn is_place(&self) -> bool {
        matches!(self.shape, Shape::Place { .. })
    }

    /// Whether its members have a place.
    #[must_use]
    pub fn has_place(&self) -> bool {
        match &self.shape {
            Shape::Place { .. } => true,
            Shape::Members { place, .. } => *place != PlaceOf::None,
            Shape::Derived { place, .. } => place.is_some(),
        }
    }
}
