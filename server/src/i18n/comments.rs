//! Words of comments.
