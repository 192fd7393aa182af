//! Packs the static folder into one compressed file, which becomes part of the program: the simulators share most of their
//! code, so that all together take a fifth of what they take one by one.
#![allow(clippy::print_stdout)] // how a build script speaks to cargo

use std::error::Error;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::{env, io};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../static");
    println!("cargo::rerun-if-changed={}", folder.display());
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo names no OUT_DIR")?).join("static.tar.zst");
    // The best takes seconds, which only the program that others get is worth.
    let level = if env::var("PROFILE").is_ok_and(|profile| profile == "release") { 19 } else { 1 };
    let mut packed = zstd::Encoder::new(File::create(out)?, level)?;
    // Far enough back for one simulator to be told by another.
    packed.window_log(24)?;
    let mut archive = tar::Builder::new(packed);
    add(&mut archive, &folder, "")?;
    archive.into_inner()?.finish()?;
    Ok(())
}

/// Adds a folder's files in the order of their names; times and owners are left out, so that the same files give the same
/// program.
fn add(archive: &mut tar::Builder<impl io::Write>, folder: &Path, prefix: &str) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let (path, name) = (entry.path(), format!("{prefix}{name}"));
        if path.is_dir() {
            add(archive, &path, &format!("{name}/"))?;
        } else {
            let body = fs::read(&path)?;
            let mut header = tar::Header::new_gnu();
            header.set_size(body.len() as u64);
            header.set_mode(0o644);
            archive.append_data(&mut header, &name, body.as_slice())?;
        }
    }
    Ok(())
}
