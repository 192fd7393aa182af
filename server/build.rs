//! Rebuilds the program when a file of the design is added or removed: those that exist are tracked by the compiler.

#![allow(clippy::print_stdout)] // how a build script speaks to cargo

fn main() {
    println!("cargo:rerun-if-changed=../static");
    println!("cargo:rerun-if-changed=templates");
}
