//! Requests by HTTP.
