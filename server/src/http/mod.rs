//! Requests to answers.
//!
//! - [`routes`]: the table of addresses, and what every request passes through
//! - [`documents`], [`lab`], [`api`], [`assets`], [`root`]: who answers
//! - [`negotiate`]: what the reader prefers
//! - [`respond`]: a document as a response
//! - [`error`]: everything that can go wrong, as a page or as JSON
//! - [`canonical`], [`security`]: what holds for every address

pub mod api;
pub mod assets;
pub mod canonical;
pub mod documents;
pub mod error;
pub mod lab;
pub mod negotiate;
pub mod respond;
pub mod root;
pub mod routes;
pub mod search;
pub mod security;
pub mod wiki;
