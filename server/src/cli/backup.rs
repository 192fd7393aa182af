//! `casebook backup` and `casebook restore`: the repository and the database in one file.
//!
//! The file is a tar archive, compressed with Zstandard: `refs.json`, `repository.pack` and `database.jsonl`, in this order.

use super::{Failure, accounts, print};
use crate::config::{Config, Options};
use anyhow::{Context as _, anyhow, bail};
use database::Database;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;
use store::{Refs, Store};

/// The version of the archive's format.
const FORMAT: u32 = 1;

const REFS: &str = "refs.json";
const PACK: &str = "repository.pack";
const DATABASE: &str = "database.jsonl";

/// `refs.json`
#[derive(Debug, Deserialize, Serialize)]
struct Meta {
    casebook_backup: u32,
    head: String,
    refs: BTreeMap<String, String>,
}

/// Writes a backup.
pub(super) fn backup(options: Options, file: &Path) -> Result<(), Failure> {
    let config = Config::new(options)?;
    let folder = file.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // What is half written does not take the place of an older backup.
    let mut part = tempfile::NamedTempFile::new_in(folder)
        .with_context(|| format!("cannot write into `{}`", folder.display()))?;
    let store = Store::open(&config.content)?;
    let mut pack = tempfile::tempfile_in(folder)?;
    let refs = store.pack(&mut BufWriter::new(&mut pack))?;
    let mut rows = tempfile::tempfile_in(folder)?;
    let count =
        with_database(&config, async |database| Ok(database.export(&mut BufWriter::new(&mut rows)).await?))?;
    let meta = Meta { casebook_backup: FORMAT, head: refs.head, refs: refs.targets };
    let mut archive = tar::Builder::new(zstd::Encoder::new(part.as_file_mut(), 9)?);
    let meta = serde_json::to_vec_pretty(&meta)?;
    append(&mut archive, REFS, meta.len() as u64, meta.as_slice())?;
    for (name, file) in [(PACK, &mut pack), (DATABASE, &mut rows)] {
        let length = file.seek(SeekFrom::End(0))?;
        file.rewind()?;
        append(&mut archive, name, length, file)?;
    }
    archive.into_inner()?.finish()?.sync_all()?;
    part.persist(file).with_context(|| format!("cannot write `{}`", file.display()))?;
    let size = fs::metadata(file)?.len();
    print(&format!("{}: {size} bytes, {count} rows of the database\n", file.display()))
}

/// The archive is read by its owner alone: it holds hashes of passwords.
fn append(
    archive: &mut tar::Builder<impl Write>,
    name: &str,
    length: u64,
    content: impl Read,
) -> anyhow::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(length);
    header.set_mode(0o600);
    Ok(archive.append_data(&mut header, name, content)?)
}

/// Brings a backup back.
pub(super) fn restore(options: Options, file: &Path) -> Result<(), Failure> {
    let config = Config::new(options)?;
    let opened = File::open(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let mut archive = tar::Archive::new(zstd::Decoder::new(opened)?);
    let mut meta: Option<Meta> = None;
    let (mut pages, mut rows) = (0, None);
    for entry in archive.entries()? {
        let mut entry = entry.with_context(|| format!("`{}` is no backup, or damaged", file.display()))?;
        match entry.path()?.to_str() {
            Some(REFS) => meta = Some(read_meta(&mut entry)?),
            Some(PACK) => {
                let meta = meta.take().ok_or_else(|| anyhow!("the backup does not begin with `{REFS}`"))?;
                let refs = Refs { head: meta.head, targets: meta.refs };
                let store = Store::unpack(&config.content, &refs, &mut entry)?;
                pages = store.list(&store.head()?)?.len();
            }
            Some(DATABASE) => {
                // A transaction may wait; the archive cannot.
                let mut copy = tempfile::tempfile()?;
                std::io::copy(&mut entry, &mut copy)?;
                copy.rewind()?;
                let mut lines = BufReader::new(copy);
                let count = with_database(&config, async |database| Ok(database.import(&mut lines).await?))?;
                rows = Some(count);
            }
            other => {
                return Err(anyhow!("the backup holds {other:?}, which this version does not know").into());
            }
        }
    }
    let Some(rows) = rows else {
        return Err(anyhow!("`{}` ends too early: the database is missing", file.display()).into());
    };
    print(&format!("{pages} files of the repository, {rows} rows of the database\n"))
}

fn read_meta(entry: &mut impl Read) -> anyhow::Result<Meta> {
    let mut text = String::new();
    entry.read_to_string(&mut text)?;
    let meta: Meta = serde_json::from_str(&text).context("the backup's refs cannot be read")?;
    if meta.casebook_backup > FORMAT {
        bail!("the backup was written by a newer version of the program; update the program first");
    }
    Ok(meta)
}

fn with_database<T>(
    config: &Config,
    work: impl AsyncFnOnce(&Database) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let database = accounts::open(config).await?;
        let done = work(&database).await;
        database.close().await;
        done
    })
}
