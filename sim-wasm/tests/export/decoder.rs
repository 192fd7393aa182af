//! A small reader of captures, written after draft-ietf-opsawg-pcapng, RFC 791, RFC 9293 §3.1 and RFC 2018. It shares
//! nothing with the writer and takes nothing for granted.

/// A capture.
pub(crate) struct Capture {
    /// Options of the section header.
    pub(crate) about: Vec<(u16, Vec<u8>)>,
    /// Options of each interface.
    pub(crate) interfaces: Vec<Vec<(u16, Vec<u8>)>>,
    /// The packets.
    pub(crate) packets: Vec<Packet>,
}

/// A packet with what was captured beside it.
pub(crate) struct Packet {
    pub(crate) interface: u32,
    pub(crate) t_us: u64,
    pub(crate) comment: Option<String>,
    pub(crate) id: u16,
    pub(crate) segment: Segment,
}

/// A TCP segment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) src: String,
    pub(crate) dst: String,
    pub(crate) flags: u8,
    pub(crate) seq: u32,
    pub(crate) ack: u32,
    pub(crate) win: u16,
    pub(crate) mss: Option<u16>,
    pub(crate) wscale: Option<u8>,
    pub(crate) sack_ok: bool,
    pub(crate) ts: Option<(u32, u32)>,
    pub(crate) sack: Vec<(u32, u32)>,
    pub(crate) payload: Vec<u8>,
}

fn le16(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(bytes[at..at + 2].try_into().unwrap())
}

fn le32(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}

fn be16(bytes: &[u8], at: usize) -> u16 {
    u16::from_be_bytes(bytes[at..at + 2].try_into().unwrap())
}

fn be32(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap())
}

/// Reads a capture of one section.
pub(crate) fn capture(mut file: &[u8]) -> Capture {
    let mut capture = Capture { about: Vec::new(), interfaces: Vec::new(), packets: Vec::new() };
    let mut first = true;
    while !file.is_empty() {
        let len = le32(file, 4) as usize;
        assert!(len >= 12 && len.is_multiple_of(4), "a block of {len} bytes");
        let (block, rest) = file.split_at(len);
        assert_eq!(le32(block, len - 4) as usize, len, "the length behind a block is the one before it");
        let body = &block[8..len - 4];
        match le32(block, 0) {
            0x0a0d_0d0a => {
                assert!(first, "one section");
                assert_eq!((le32(body, 0), le16(body, 4), le16(body, 6)), (0x1a2b_3c4d, 1, 0));
                assert_eq!(body[8..16], [0xff; 8]);
                capture.about = options(&body[16..]);
            }
            1 => {
                assert_eq!((le16(body, 0), le16(body, 2), le32(body, 4)), (101, 0, 0));
                let options = options(&body[8..]);
                assert!(options.contains(&(9, vec![6])), "timestamps are in microseconds");
                capture.interfaces.push(options);
            }
            6 => capture.packets.push(packet(body)),
            kind => panic!("a block of kind {kind}"),
        }
        first = false;
        file = rest;
    }
    capture
}

fn options(mut bytes: &[u8]) -> Vec<(u16, Vec<u8>)> {
    let mut options = Vec::new();
    while !bytes.is_empty() {
        let (code, len) = (le16(bytes, 0), usize::from(le16(bytes, 2)));
        if code == 0 {
            assert_eq!(bytes, [0; 4], "nothing stands behind the end of options");
            break;
        }
        options.push((code, bytes[4..4 + len].to_vec()));
        let end = 4 + len.next_multiple_of(4);
        assert!(bytes[4 + len..end].iter().all(|byte| *byte == 0), "padding is zero");
        bytes = &bytes[end..];
        assert!(!bytes.is_empty(), "options have an end");
    }
    options
}

fn packet(body: &[u8]) -> Packet {
    let len = le32(body, 12) as usize;
    assert_eq!(le32(body, 16) as usize, len, "nothing was cut off");
    let end = 20 + len.next_multiple_of(4);
    let options = options(&body[end..]);
    let comment = options.iter().find(|(code, _)| *code == 1);
    let bytes = &body[20..20 + len];
    Packet {
        interface: le32(body, 0),
        t_us: u64::from(le32(body, 4)) << 32 | u64::from(le32(body, 8)),
        comment: comment.map(|(_, text)| String::from_utf8(text.clone()).unwrap()),
        id: be16(bytes, 4),
        segment: ipv4(bytes),
    }
}

/// The sum that is all ones over data with a right checksum in it, one byte at a time.
fn sum(bytes: impl Iterator<Item = u8>) -> u16 {
    let mut sum = 0u32;
    for (index, byte) in bytes.enumerate() {
        sum += if index % 2 == 0 { u32::from(byte) * 256 } else { u32::from(byte) };
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum as u16
}

fn ipv4(bytes: &[u8]) -> Segment {
    assert_eq!(bytes[0], 0x45, "version 4, no options");
    assert_eq!(usize::from(be16(bytes, 2)), bytes.len());
    assert_eq!(be16(bytes, 6), 0x4000, "don't fragment");
    assert_eq!((bytes[8], bytes[9]), (64, 6), "TTL and protocol");
    let (header, data) = bytes.split_at(20);
    assert_eq!(sum(header.iter().copied()), 0xffff, "checksum of the header");
    let len = (data.len() as u16).to_be_bytes();
    let pseudo = header[12..20].iter().copied().chain([0, 6]).chain(len);
    assert_eq!(sum(pseudo.chain(data.iter().copied())), 0xffff, "checksum of the segment");
    let dotted = |at: usize| header[at..at + 4].iter().map(u8::to_string).collect::<Vec<_>>().join(".");
    let mut segment = Segment {
        src: format!("{}:{}", dotted(12), be16(data, 0)),
        dst: format!("{}:{}", dotted(16), be16(data, 2)),
        flags: data[13],
        seq: be32(data, 4),
        ack: be32(data, 8),
        win: be16(data, 14),
        mss: None,
        wscale: None,
        sack_ok: false,
        ts: None,
        sack: Vec::new(),
        payload: Vec::new(),
    };
    assert_eq!(data[12] % 16, 0);
    assert_eq!(be16(data, 18), 0, "no urgent data");
    let offset = usize::from(data[12] / 16) * 4;
    segment.payload = data[offset..].to_vec();
    tcp_options(&mut segment, &data[20..offset]);
    segment
}

fn tcp_options(segment: &mut Segment, mut bytes: &[u8]) {
    while let [kind, rest @ ..] = bytes {
        if *kind == 1 {
            bytes = rest;
            continue;
        }
        let (option, behind) = bytes.split_at(usize::from(rest[0]));
        match (option[0], option.len()) {
            (2, 4) => segment.mss = Some(be16(option, 2)),
            (3, 3) => segment.wscale = Some(option[2]),
            (4, 2) => segment.sack_ok = true,
            (5, 10 | 18 | 26 | 34) => {
                segment.sack = option[2..].chunks(8).map(|block| (be32(block, 0), be32(block, 4))).collect();
            }
            (8, 10) => segment.ts = Some((be32(option, 2), be32(option, 6))),
            other => panic!("option of kind and length {other:?}"),
        }
        bytes = behind;
    }
}
