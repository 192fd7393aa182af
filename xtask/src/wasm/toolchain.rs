//! Finds who can compile for WebAssembly here: the active toolchain; rustup, which fetches what that lacks; Debian's
//! compiler, which builds the standard library from its sources and so makes the smaller module.

use super::{SEARCH, TARGET};
use crate::packages::{self, Package, Sign};
use anyhow::{Context, Result, bail};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::str::FromStr;
use std::time::{Duration, Instant};
use xshell::{Shell, cmd};

/// Longer than this and rustup is not waited for.
const RUSTUP_PATIENCE: Duration = Duration::from_secs(90);

/// Debian's compiler; named in full, since `rustc` on the path is rustup's.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

/// Panics say no file and line in the module: no page shows them, and they tell where somebody's home is.
const FLAGS: &str = "-Zlocation-detail=none";

/// Where the standard library is compiled as well, a panic traps at once: the code that words its message goes.
const FLAGS_FROM_SOURCE: &str = "-Zlocation-detail=none -Zunstable-options -Cpanic=immediate-abort";

/// How large a function may be to be inlined, as LLVM measures it. Where size counts it takes 5 of itself; 20 makes smaller
/// modules still.
const INLINED: u32 = 20;

/// The same in the modules of long runs, as in code that is made for speed. Engines do not make up for it: calls took half
/// of the time.
const INLINED_FOR_SPEED: u32 = 225;

/// Debian keeps, for its browsers, a compiler that is new enough, with the sources of its standard library.
const DEBIAN_PACKAGES: [Package; 2] = [
    Package { name: "rustc-web", sign: Sign::File(DEBIAN_RUSTC) },
    Package { name: "rust-web-src", sign: Sign::File("/usr/lib/rustlib/src/rust/library/std/Cargo.toml") },
];

/// What the caller wants to compile with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The one that makes the smallest module of those that are here, or else the first that can be had.
    #[default]
    Auto,
    /// The one that is done soonest.
    Quick,
    /// The active toolchain, completed by rustup.
    Active,
    /// Debian's.
    Debian,
}

impl FromStr for Choice {
    type Err = String;

    fn from_str(word: &str) -> Result<Choice, String> {
        match word {
            "auto" => Ok(Choice::Auto),
            "active" => Ok(Choice::Active),
            "debian" => Ok(Choice::Debian),
            _ => Err(format!("`{word}` is none of auto, active, debian")),
        }
    }
}

/// A compiler for WebAssembly.
pub(crate) enum Toolchain {
    /// The active one: it has the target's standard library.
    Active {
        /// What it calls itself.
        version: String,
    },
    /// Debian's: it has the library's sources.
    Debian {
        /// What it calls itself.
        version: String,
        /// The active toolchain's linker, since Debian's package has none.
        linker: PathBuf,
    },
}

impl fmt::Display for Toolchain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Toolchain::Active { version } => write!(f, "the active {version}"),
            Toolchain::Debian { version, .. } => {
                write!(f, "Debian's {version}, standard library from source")
            }
        }
    }
}

/// The toolchain to use; installs what it lacks when that is possible.
pub(crate) fn find(sh: &Shell, choice: Choice) -> Result<Toolchain> {
    let smaller = choice == Choice::Auto && packages::all_present(sh, &DEBIAN_PACKAGES);
    if choice != Choice::Debian && !smaller {
        if has_target(sh) || (rustup_adds_target() && has_target(sh)) {
            return Ok(Toolchain::Active { version: version(sh, "rustc")? });
        }
        if choice == Choice::Active {
            bail!("the active toolchain cannot compile for {TARGET}. Run: rustup target add {TARGET}");
        }
        println!(
            "    the active toolchain has no {TARGET}, and rustup cannot fetch it; using Debian's compiler"
        );
    }
    packages::need(sh, &DEBIAN_PACKAGES)?;
    Ok(Toolchain::Debian { version: version(sh, DEBIAN_RUSTC)?, linker: rust_lld(sh)? })
}

impl Toolchain {
    /// Compiles one module into `target_dir`, and says where it lies. A lab of long runs is made for speed as well.
    pub(crate) fn compile(&self, sh: &Shell, target_dir: &Path, module: &str, long: bool) -> Result<PathBuf> {
        let (package, features, file) = match module {
            SEARCH => ("search", &[][..], "search.wasm"),
            lab => ("sim-wasm", &["--no-default-features", "--features", lab][..], "sim_wasm.wasm"),
        };
        let profile = if long { "wasm-long" } else { "wasm" };
        let inlined = if long { INLINED_FOR_SPEED } else { INLINED };
        let flags = |flags: &str| format!("{flags} -Cllvm-args=-inline-threshold={inlined}");
        // Flags meant for the native build (a linker, a CPU) would break this one.
        let cargo = cmd!(sh, "cargo build --locked --package {package} --target {TARGET}")
            .args(["--profile", profile])
            .args(features)
            .arg("--target-dir")
            .arg(target_dir)
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .env_remove("CARGO_BUILD_RUSTFLAGS")
            // -Z is for nightly; this opens it, for this one child alone.
            .env("RUSTC_BOOTSTRAP", "1");
        let rustflags = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";
        match self {
            Toolchain::Active { .. } => cargo.env(rustflags, flags(FLAGS)).run()?,
            Toolchain::Debian { linker, .. } => cargo
                .args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"])
                .env("RUSTC", DEBIAN_RUSTC)
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
                .env(rustflags, flags(FLAGS_FROM_SOURCE))
                .run()?,
        }
        Ok(target_dir.join(TARGET).join(profile).join(file))
    }
}

fn has_target(sh: &Shell) -> bool {
    cmd!(sh, "rustc --print target-libdir --target {TARGET}")
        .quiet()
        .ignore_stderr()
        .read()
        .is_ok_and(|folder| Path::new(&folder).is_dir())
}

/// Lets rustup add the target, but not wait long for a network that is not there.
fn rustup_adds_target() -> bool {
    let child = Command::new("rustup")
        .args(["target", "add", TARGET])
        .env("RUSTUP_MAX_RETRIES", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else { return false };
    let start = Instant::now();
    while start.elapsed() < RUSTUP_PATIENCE {
        match child.try_wait() {
            Ok(None) => std::thread::sleep(Duration::from_millis(100)),
            Ok(Some(status)) => {
                if status.success() {
                    println!("    added {TARGET} to the active toolchain with rustup");
                }
                return status.success();
            }
            Err(_) => break,
        }
    }
    // Whether it can be ended or has just ended by itself, its answer came too late.
    let _ = child.kill();
    let _ = child.wait();
    false
}

fn version(sh: &Shell, rustc: &str) -> Result<String> {
    let text = cmd!(sh, "{rustc} --version").quiet().read()?;
    Ok(text.split(" (").next().unwrap_or(&text).to_string())
}

/// `rust-lld` itself, not the `wasm-ld` beside it, which refuses the flavour that rustc passes.
fn rust_lld(sh: &Shell) -> Result<PathBuf> {
    let sysroot = PathBuf::from(cmd!(sh, "rustc --print sysroot").quiet().read()?);
    let about = cmd!(sh, "rustc -vV").quiet().read()?;
    let host =
        about.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc -vV names no host")?;
    let linker = sysroot.join("lib/rustlib").join(host).join("bin/rust-lld");
    if !linker.exists() {
        bail!("{} is missing: install the active toolchain with rustup, which brings it", linker.display());
    }
    Ok(linker)
}
