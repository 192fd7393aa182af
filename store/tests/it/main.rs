//! The store from outside: repositories in temporary folders, and the real `git` beside it.

#![allow(clippy::panic, clippy::unwrap_used)] // a test that cannot go on should stop

mod crash;
mod diff;
mod folder;
mod full;
mod history;
mod index;
mod merge;
mod outside;
mod remote;
mod save;
mod since;
