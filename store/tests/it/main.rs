//! The store from outside: repositories in temporary folders, and the real `git` beside it.

#![allow(clippy::unwrap_used)] // a test that cannot go on should stop

mod folder;
mod outside;
mod save;
