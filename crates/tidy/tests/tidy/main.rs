//! Every check of the house, one module each (see the crate's documentation).

mod arrows;
mod domain_words;
mod finding_codes;
mod forbidden;
mod length;
mod links;
mod list;
mod manifests;
mod metadata;
mod module_docs;
mod offence;
mod owners;
mod refusals;
mod tree;
