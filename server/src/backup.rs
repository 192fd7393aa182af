//! The repository and the database in one file: a tar archive, compressed with Zstandard, of `refs.json`, `repository.pack`
//! and `database.jsonl`, in this order.

use anyhow::{Context as _, anyhow, bail};
use database::Database;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{Refs, Store};
use tempfile::NamedTempFile;
use tokio::task::spawn_blocking;

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

/// A backup that is about to be written. It replaces a file of its name only when it is complete.
#[derive(Debug)]
pub struct Begun {
    part: NamedTempFile,
    file: PathBuf,
}

/// Begins a backup.
///
/// # Errors
/// When nothing can be written where the file is to be.
pub fn begin(file: &Path) -> anyhow::Result<Begun> {
    let part = NamedTempFile::new_in(folder(file))
        .with_context(|| format!("cannot write into `{}`", folder(file).display()))?;
    Ok(Begun { part, file: file.to_path_buf() })
}

fn folder(file: &Path) -> &Path {
    file.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

impl Begun {
    /// Writes it, while others go on saving; how many rows of the database it has.
    ///
    /// # Errors
    /// When something cannot be read or written.
    pub async fn write(self, store: Arc<Store>, database: &Database) -> anyhow::Result<usize> {
        let mut pack = tempfile::tempfile_in(folder(&self.file))?;
        let mut rows = tempfile::tempfile_in(folder(&self.file))?;
        let packed = spawn_blocking(move || {
            let refs = store.pack(&mut BufWriter::new(&mut pack))?;
            anyhow::Ok((refs, pack))
        });
        let (refs, pack) = packed.await??;
        let count = database.export(&mut BufWriter::new(&mut rows)).await?;
        spawn_blocking(move || pack_up(self, refs, (pack, rows))).await??;
        Ok(count)
    }
}

fn pack_up(
    Begun { mut part, file }: Begun,
    refs: Refs,
    (mut pack, mut rows): (File, File),
) -> anyhow::Result<()> {
    let meta = Meta { casebook_backup: FORMAT, head: refs.head, refs: refs.targets };
    let meta = serde_json::to_vec_pretty(&meta)?;
    let mut archive = tar::Builder::new(zstd::Encoder::new(part.as_file_mut(), 9)?);
    append(&mut archive, REFS, meta.len() as u64, meta.as_slice())?;
    for (name, file) in [(PACK, &mut pack), (DATABASE, &mut rows)] {
        let length = file.seek(SeekFrom::End(0))?;
        file.rewind()?;
        append(&mut archive, name, length, file)?;
    }
    archive.into_inner()?.finish()?.sync_all()?;
    part.persist(&file).with_context(|| format!("cannot write `{}`", file.display()))?;
    Ok(())
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

/// Brings the repository of a backup back into an empty content folder: how many files it has, and the rows of the database,
/// for [`Database::import`].
///
/// # Errors
/// When the file is no backup, or the folder is not empty.
pub fn read(file: &Path, content: &Path) -> anyhow::Result<(usize, File)> {
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
                let store = Store::unpack(content, &refs, &mut entry)?;
                pages = store.list(&store.head()?)?.len();
            }
            Some(DATABASE) => {
                // A transaction may wait; the archive cannot.
                let mut copy = tempfile::tempfile()?;
                std::io::copy(&mut entry, &mut copy)?;
                copy.rewind()?;
                rows = Some(copy);
            }
            other => bail!("the backup holds {other:?}, which this version does not know"),
        }
    }
    let rows =
        rows.with_context(|| format!("`{}` ends too early: the database is missing", file.display()))?;
    Ok((pages, rows))
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
