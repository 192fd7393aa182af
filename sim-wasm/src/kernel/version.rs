//! Kernel versions as readers write them, and their order.

use std::fmt;

/// A Linux kernel: an upstream version, or Red Hat's 3.10 with its backports.
///
/// A version without a patch level (`3.18`) stands for the last release of its series, since that is what a
/// machine that is kept up to date runs; `3.18.0` names the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KernelVersion {
    series: Series,
    patch: Option<u16>,
    flavor: Flavor,
}

/// `2.6.32` is `(2, 6, 32)`; `4.11` is `(4, 11, 0)`: since 3.0 the third number is a patch level.
type Series = (u16, u16, u16);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flavor {
    Upstream,
    /// 3.10.0-1160 of RHEL and CentOS 7.
    El7,
}

/// Why a version was not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionError {
    /// Not numbers with points between, nor `el7`.
    Malformed,
    /// Older than 2.6.32 or newer than 6.18, the kernels the models were read and measured from.
    OutOfRange,
}

impl KernelVersion {
    /// Red Hat's 3.10.0-1160.
    pub const EL7: KernelVersion = KernelVersion { series: (3, 10, 0), patch: Some(0), flavor: Flavor::El7 };

    /// The oldest kernel that a model covers.
    pub const OLDEST: KernelVersion =
        KernelVersion { series: (2, 6, 32), patch: Some(0), flavor: Flavor::Upstream };

    /// The last release of an upstream series since 3.0.
    pub const fn series(major: u16, minor: u16) -> KernelVersion {
        KernelVersion { series: (major, minor, 0), patch: None, flavor: Flavor::Upstream }
    }

    /// A release: `release(6, 18, 19)` is 6.18.19, `release(3, 14, 0)` the first of 3.14.
    pub const fn release(major: u16, minor: u16, patch: u16) -> KernelVersion {
        KernelVersion { series: (major, minor, 0), patch: Some(patch), flavor: Flavor::Upstream }
    }

    /// Reads `2.6.32`, `2.6.32.67`, `3.10`, `3.10.108`, `el7`.
    ///
    /// # Errors
    /// [`VersionError`] when the text is no version or one that no model covers.
    pub fn parse(text: &str) -> Result<KernelVersion, VersionError> {
        if text == "el7" {
            return Ok(KernelVersion::EL7);
        }
        let mut numbers = Vec::with_capacity(4);
        for part in text.split('.') {
            let plain = !part.is_empty() && part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit());
            let number = if plain { part.parse().ok() } else { None };
            numbers.push(number.ok_or(VersionError::Malformed)?);
        }
        let version = match numbers[..] {
            [2, 6, sub] => KernelVersion { series: (2, 6, sub), patch: None, flavor: Flavor::Upstream },
            [2, 6, sub, patch] => {
                KernelVersion { series: (2, 6, sub), patch: Some(patch), flavor: Flavor::Upstream }
            }
            [major, minor] => KernelVersion::series(major, minor),
            [major, minor, patch] => KernelVersion::release(major, minor, patch),
            _ => return Err(VersionError::Malformed),
        };
        let covered = ((2, 6, 32)..=(6, 18, 0)).contains(&version.series) && !version.never_released();
        if covered { Ok(version) } else { Err(VersionError::OutOfRange) }
    }

    /// Series whose numbers lie between real ones: 2.6.40 became 3.0, 3.20 became 4.0, and so on.
    fn never_released(self) -> bool {
        let last_minor = match self.series.0 {
            2 => return self.series.2 > 39,
            3 => 19,
            4 => 20,
            5 => 19,
            _ => return false,
        };
        self.series.1 > last_minor
    }

    /// Is this Red Hat's 3.10?
    pub fn is_el7(self) -> bool {
        self.flavor == Flavor::El7
    }

    /// At or after `release` in upstream's own numbering; Red Hat's kernel counts as the 3.10.0 it started from.
    pub fn at_least(self, release: KernelVersion) -> bool {
        self.order() >= release.order()
    }

    fn order(self) -> (Series, u16) {
        (self.series, self.patch.unwrap_or(u16::MAX))
    }

    /// The tag of the source this kernel was cut from, `v3.10`, for links to the code; none for Red Hat's.
    pub fn upstream_tag(self) -> Option<String> {
        let (major, minor, sub) = self.series;
        match (self.flavor, major) {
            (Flavor::El7, _) => None,
            (Flavor::Upstream, 2) => Some(format!("v2.6.{sub}")),
            (Flavor::Upstream, _) => Some(format!("v{major}.{minor}")),
        }
    }
}

impl fmt::Display for KernelVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_el7() {
            return f.write_str("el7");
        }
        let (major, minor, sub) = self.series;
        write!(f, "{major}.{minor}")?;
        if major == 2 {
            write!(f, ".{sub}")?;
        }
        match self.patch {
            Some(patch) => write!(f, ".{patch}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_print_as_they_were_written() {
        for text in ["2.6.32", "2.6.32.67", "3.10", "3.10.108", "el7", "4.9", "4.10", "6.18", "6.18.44"] {
            assert_eq!(KernelVersion::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        let parse = |text| KernelVersion::parse(text).unwrap();
        assert!(parse("4.10").at_least(parse("4.9")));
        assert!(!parse("2.6.39").at_least(parse("3.0")));
        assert!(parse("3.18").at_least(parse("3.18.63")), "a bare series is its last release");
        assert!(!parse("3.18.0").at_least(parse("3.18.63")));
    }

    #[test]
    fn what_is_no_kernel_is_refused() {
        for text in ["", "x", "3", "3.", "3.10.", "-1.2", "3.10.1.2.3", "99999.1", "el8", "3.1 0"] {
            assert_eq!(KernelVersion::parse(text), Err(VersionError::Malformed), "{text}");
        }
        for text in ["2.4.20", "2.6.31", "2.6.41", "3.20", "4.21", "5.20", "6.19", "7.0"] {
            assert_eq!(KernelVersion::parse(text), Err(VersionError::OutOfRange), "{text}");
        }
    }
}
