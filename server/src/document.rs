//! What the server answers with: a body made once per version, and its compressed forms, made when first asked for
//! and kept.

use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::sync::{Arc, OnceLock};

/// A body with everything that its response's headers say about it.
#[derive(Debug)]
pub struct Document {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// How long a copy of it may be used.
    pub cache: Cache,
    /// What the browser may do with it.
    pub sandbox: Sandbox,
    /// Whether the address gives another document to readers who ask for markdown.
    pub varies_by_accept: bool,
    body: Bytes,
    hash: String,
    effort: Effort,
    /// None where a compressor failed.
    compressed: [OnceLock<Option<Bytes>>; 3],
}

/// How long a copy may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cache {
    /// For ever: the address holds a hash of the content.
    Immutable,
    /// After asking whether it is still the newest version.
    Revalidate,
    /// Not at all.
    NoStore,
}

/// What the browser may do with a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sandbox {
    /// It is ours: the site's content security policy.
    Site,
    /// It is a file somebody put beside a page: nothing at all, but for a download when `inline` is false.
    Attachment {
        /// Shown by the browser rather than saved.
        inline: bool,
    },
}

/// How hard to compress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Not at all: it is compressed already.
    None,
    /// Quickly: the body is used once.
    Once,
    /// Well: the body is kept until it changes.
    Kept,
    /// As well as can be: the body is the same until the program is built again.
    Best,
}

/// A content coding (RFC 9110, section 8.4.1), in the order of our preference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Brotli.
    Brotli,
    /// Zstandard.
    Zstd,
    /// Gzip.
    Gzip,
}

impl Encoding {
    /// Every coding, best first.
    pub const ALL: [Encoding; 3] = [Encoding::Brotli, Encoding::Zstd, Encoding::Gzip];

    /// Its name in `Content-Encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Brotli => "br",
            Encoding::Zstd => "zstd",
            Encoding::Gzip => "gzip",
        }
    }
}

/// Bodies shorter than this fit in one packet as they are.
const WORTH_COMPRESSING: usize = 256;

impl Document {
    /// A document of the site itself that is kept until it changes.
    pub fn new(content_type: &'static str, body: impl Into<Bytes>) -> Document {
        let body = body.into();
        Document {
            status: 200,
            content_type,
            cache: Cache::Revalidate,
            sandbox: Sandbox::Site,
            varies_by_accept: false,
            hash: hash(&body),
            body,
            effort: Effort::Kept,
            compressed: Default::default(),
        }
    }

    /// An HTML page.
    pub fn html(body: String) -> Document {
        Document::new("text/html; charset=utf-8", body)
    }

    /// JSON.
    pub fn json(body: String) -> Document {
        Document::new("application/json", body)
    }

    /// The same with another status; anything but 200 is not to be stored.
    pub fn status(self, status: u16) -> Document {
        Document { status, cache: if status == 200 { self.cache } else { Cache::NoStore }, ..self }
    }

    /// The same with another caching rule.
    pub fn cache(self, cache: Cache) -> Document {
        Document { cache, ..self }
    }

    /// The same compressed with another effort.
    pub fn effort(self, effort: Effort) -> Document {
        Document { effort, ..self }
    }

    /// The same as a file that is not ours.
    pub fn attachment(self, inline: bool) -> Document {
        Document { sandbox: Sandbox::Attachment { inline }, ..self }
    }

    /// The same at an address that gives the source to readers who ask for markdown.
    pub fn with_source(self) -> Document {
        Document { varies_by_accept: true, ..self }
    }

    /// The body as it is.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Hash of the body in hexadecimal.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Whether compressed forms exist.
    pub fn is_compressible(&self) -> bool {
        self.effort != Effort::None && self.body.len() >= WORTH_COMPRESSING
    }

    /// Whether making its best form takes so long that readers would notice.
    pub fn is_slow_to_compress(&self) -> bool {
        const LONG: usize = 100_000;
        self.effort == Effort::Best && self.body.len() > LONG
    }

    /// The strong entity tag of one representation.
    pub fn etag(&self, encoding: Option<Encoding>) -> String {
        match encoding {
            None => format!("\"{}\"", self.hash),
            Some(encoding) => format!("\"{}-{}\"", self.hash, encoding.name()),
        }
    }

    /// Whether a compressed body has been made already.
    pub fn is_ready(&self, encoding: Encoding) -> bool {
        self.compressed[encoding as usize].get().is_some()
    }

    /// A compressed body. Making it can take a while; those who ask for the same one meanwhile wait for it.
    pub fn compressed(&self, encoding: Encoding) -> Option<Bytes> {
        let make = || compress(&self.body, encoding, self.effort).ok().map(Bytes::from);
        self.compressed[encoding as usize].get_or_init(make).clone()
    }

    /// `previous` when it is the same document, so that what was compressed stays; else the new one.
    pub fn or_kept(self, previous: Option<&Arc<Document>>) -> Arc<Document> {
        match previous {
            Some(old) if old.is_same(&self) => old.clone(),
            _ => Arc::new(self),
        }
    }

    fn is_same(&self, other: &Document) -> bool {
        self.body == other.body
            && (self.status, self.content_type, self.varies_by_accept)
                == (other.status, other.content_type, other.varies_by_accept)
    }
}

/// The first 16 hexadecimal digits of SHA-256: enough to tell the versions of a file apart.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn compress(body: &[u8], encoding: Encoding, effort: Effort) -> std::io::Result<Vec<u8>> {
    let quick = matches!(effort, Effort::None | Effort::Once);
    let kept = effort == Effort::Kept;
    match encoding {
        Encoding::Brotli => compression::brotli(
            body,
            if quick {
                4
            } else if kept {
                10
            } else {
                11
            },
        ),
        Encoding::Zstd => compression::zstd(
            body,
            if quick {
                3
            } else if kept {
                12
            } else {
                19
            },
        ),
        Encoding::Gzip => compression::gzip(body, if quick { 4 } else { 9 }),
    }
}
