//! The HTTP API. Its contract is `openapi.json`, checked in beside this crate: the browser app is written against it.

/// The OpenAPI 3.1 document of the API.
pub const OPENAPI: &str = include_str!("../openapi.json");
