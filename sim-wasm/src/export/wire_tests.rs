//! Known checksums, and packets that Linux 6.18.44 sent through a tun device: ours are the same to the byte.

use super::{checksum, flags, packet};
use crate::lab::report::{Fate, Opts, PacketInfo};
use crate::net::Flags;

#[test]
fn checksums_known_by_hand() {
    // RFC 1071 §3 adds these up to ddf2.
    assert_eq!(checksum(&[&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]]), !0xddf2);
    assert_eq!(checksum(&[&[0x00, 0x01], &[0xf2, 0x03, 0xf4, 0xf5], &[0xf6, 0xf7]]), !0xddf2);
    // An odd last byte counts as the high one of its word.
    assert_eq!(checksum(&[&[0x12, 0x34, 0x56]]), !0x6834);
    assert_eq!(checksum(&[]), 0xffff);
    assert_eq!(checksum(&[&[0xff; 4]]), 0);
    // Carries that arise from adding carries.
    assert_eq!(checksum(&[&[0xff, 0xff, 0xff, 0xff, 0x00, 0x01]]), !0x0001);
}

#[test]
fn letters_of_tcpdump() {
    for (letters, bits) in
        [("", 0), (".", 0x10), ("S", 2), ("S.", 0x12), ("FP.", 0x19), ("R.", 0x14), ("SEW", 0xc2)]
    {
        assert_eq!(flags(letters), Flags(bits), "{letters}");
    }
    for bits in 0..=u8::MAX {
        assert_eq!(flags(&Flags(bits).to_string()), Flags(bits));
    }
}

fn sent(src: u16, dst: u16, flags: &str, (seq, ack, win): (u32, u32, u16), opts: Opts) -> PacketInfo {
    PacketInfo {
        arrived_us: None,
        src: format!("192.0.2.1:{src}"),
        dst: format!("192.0.2.2:{dst}"),
        flags: flags.to_string(),
        seq,
        ack,
        len: 0,
        win,
        opts,
        fate: Fate::Delivered,
        why: None,
        peer: None,
    }
}

#[test]
fn the_same_bytes_as_linux() {
    let syn = Opts { mss: Some(1460), wscale: Some(10), sack_ok: true, ..Opts::default() };
    let ts = |tsval, tsecr| Opts { tsval: Some(tsval), tsecr: Some(tsecr), ..Opts::default() };
    let blocks = |firsts: &[u32]| firsts.iter().map(|first| (*first, first + 50)).collect();
    let (a, b) = (0x89cd_fbe9, 0x328c_75ab);
    for (id, packet_info, hex) in [
        (
            0xdc10,
            sent(
                40001,
                80,
                "S",
                (a - 1, 0, 64240),
                Opts { tsval: Some(0xeff7_5a72), tsecr: Some(0), ..syn.clone() },
            ),
            "4500003cdc1040004006daa7c0000201c00002029c41005089cdfbe800000000a002faf05c560000\
             020405b40402080aeff75a72000000000103030a",
        ),
        (
            0xdc11,
            sent(40001, 80, ".", (a, 5001, 63), ts(0xeff7_5a72, 1000)),
            "45000034dc1140004006daaec0000201c00002029c41005089cdfbe9000013898010003f6e560000\
             0101080aeff75a72000003e8",
        ),
        (
            0xdc12,
            sent(40001, 80, ".", (a, 5001, 63), Opts { sack: vec![(5101, 5151)], ..ts(0xeff7_5a72, 1000) }),
            "45000040dc1240004006daa1c0000201c00002029c41005089cdfbe900001389b010003f10330000\
             0101080aeff75a72000003e80101050a000013ed0000141f",
        ),
        (
            // The fifth block did not fit beside timestamps, nor the fourth.
            0xdc16,
            sent(
                40001,
                80,
                ".",
                (a, 5001, 63),
                Opts { sack: blocks(&[5901, 5701, 5501, 5301, 5101]), ..ts(0xeff7_5a73, 1000) },
            ),
            "45000050dc1640004006da8dc0000201c00002029c41005089cdfbe900001389f010003f71e90000\
             0101080aeff75a73000003e80101051a0000170d0000173f00001645000016770000157d000015af",
        ),
        (
            0,
            sent(
                8081,
                50000,
                "S.",
                (0x2fe8_be43, 9001, 65160),
                Opts { tsval: Some(0xa8de_fba9), tsecr: Some(77), ..syn.clone() },
            ),
            "4500003c000040004006b6b8c0000201c00002021f91c3502fe8be4300002329a012fe882c540000\
             020405b40402080aa8defba90000004d0103030a",
        ),
        (
            0,
            sent(9999, 50001, "R.", (0, 9001, 0), Opts::default()),
            "45000028000040004006b6ccc0000201c0000202270fc3510000000000002329501400001e430000",
        ),
        (
            0xd85c,
            sent(40000, 80, "S", (b - 1, 0, 64240), syn),
            "45000034d85c40004006de63c0000201c00002029c400050328c75aa000000008002faf0ab520000\
             020405b4010104020103030a",
        ),
        (
            0xd862,
            sent(
                40000,
                80,
                ".",
                (b, 5001, 63),
                Opts { sack: blocks(&[5901, 5701, 5501, 5301, 5101]), ..Opts::default() },
            ),
            "4500004cd86240004006de45c0000201c00002029c400050328c75ab00001389e010003f8d280000\
             010105220000170d0000173f00001645000016770000157d000015af000014b5000014e7",
        ),
    ] {
        let bytes = packet(id, &packet_info).unwrap();
        let ours: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(ours, hex, "{packet_info:?}");
    }
}

#[test]
fn a_stream_reads_on_from_segment_to_segment() {
    let payload = |flags: &str, seq: u32, len: u32| {
        let info = PacketInfo { len, ..sent(1, 2, flags, (seq, 1, 1), Opts::default()) };
        String::from_utf8(packet(1, &info).unwrap().split_off(40)).unwrap()
    };
    let whole = payload(".", u32::MAX - 99, 200);
    assert_eq!(payload("P.", u32::MAX - 99, 70) + &payload(".", u32::MAX - 29, 130), whole);
    assert!(whole.contains("\nFiller (the lab knows how many bytes were sent, not which ones)\n"), "{whole}");
    assert_eq!(payload("S", 9, 20), payload(".", 10, 20));
}

#[test]
fn an_unreadable_address_gives_no_packet() {
    for src in ["", "192.0.2.1", "192.0.2:80", "192.0.2.1.5:80", "192.0.2.256:80", "192.0.2.1:65536", "c1:80"]
    {
        let info = PacketInfo { src: src.to_string(), ..sent(1, 2, ".", (1, 1, 1), Opts::default()) };
        assert_eq!(packet(1, &info), None, "{src}");
    }
}
