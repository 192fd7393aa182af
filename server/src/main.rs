//! The program `casebook`.

fn main() {}
