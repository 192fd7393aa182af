//! A small site to link to.

use casebook::markdown::{Attachment, Links, PageLink};

/// Two pages and two files. Titles and addresses hold what an author could have put there.
pub(crate) struct Site;

impl Links for Site {
    fn page(&self, target: &str) -> Option<PageLink> {
        match target {
            "b.md" | "PAWS" | "../tcp/b.md" => Some(PageLink {
                href: "/en/tcp/b".into(),
                title: "Protection against wrapped sequences".into(),
            }),
            "evil" => Some(PageLink {
                href: "/en/x\" onclick=\"alert(1)".into(),
                title: "<script>alert(1)</script><img src=x onerror=alert(1)>".into(),
            }),
            _ => None,
        }
    }

    fn attachment(&self, target: &str) -> Option<Attachment> {
        match target {
            "a.png" => Some(Attachment { href: "/en/tcp/a.png".into(), size: Some((640, 480)) }),
            "trace.pcap" => Some(Attachment { href: "/en/tcp/trace.pcap".into(), size: None }),
            "evil.png" => {
                Some(Attachment { href: "/en/e\"><script>alert(1)</script>.png".into(), size: None })
            }
            _ => None,
        }
    }
}
