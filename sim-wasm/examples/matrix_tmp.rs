//! Temporary.
use sim_wasm::kernel::KernelVersion;
use sim_wasm::packet::{self, Options, Verdict};
use sim_wasm::text::Lang;
const K: &[&str] = &[
    "2.6.32", "3.0", "3.4", "3.5", "3.6", "3.10", "3.18", "4.3", "4.4", "4.9", "4.10", "4.11", "4.12",
    "4.14", "4.19", "5.4", "5.10", "5.15", "6.1", "6.6", "6.12", "6.18",
];
fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let full = std::env::var("FULL").ok();
    for f in &args {
        let src = std::fs::read_to_string(f).unwrap();
        let mut res: Vec<String> = vec![];
        let mut all: Vec<&str> = K.to_vec();
        all.push("el7");
        let mut msgs: Vec<(String, String)> = vec![];
        for k in &all {
            let kv = KernelVersion::parse(k).unwrap();
            let r = match packet::run(&src, &Options::new(kv)) {
                Err(e) => {
                    println!("{f}:{}: {}", e[0].at, e[0].message(Lang::En));
                    return;
                }
                Ok(o) => {
                    let notes: Vec<String> =
                        o.not_modelled().iter().map(|n| format!("{} {}", n.at, n.text)).collect();
                    if !notes.is_empty() {
                        msgs.push(("NOTE".into(), notes.join("; ")));
                    }
                    if full.as_deref() == Some(*k) {
                        println!("{}", sim_wasm::view::script_text(&src, &o, Lang::En));
                    }
                    let un =
                        if o.unasked.is_empty() { String::new() } else { format!("+{}", o.unasked.len()) };
                    match o.verdict() {
                        Verdict::Passed => format!("ok{un}"),
                        Verdict::Failed => {
                            let (s, fl) = o.first_failure().unwrap();
                            msgs.push((format!("@{}", s.at.line), fl.message(Lang::En)));
                            format!("@{}", s.at.line)
                        }
                        _ => "nottried".into(),
                    }
                }
            };
            res.push(r);
        }
        // compress
        let mut out = String::new();
        let mut i = 0;
        let n = K.len();
        while i < n {
            let mut j = i;
            while j + 1 < n && res[j + 1] == res[i] {
                j += 1;
            }
            let r = if i == j {
                K[i].to_string()
            } else if j == n - 1 {
                format!("{}..", K[i])
            } else {
                format!("{}..{}", K[i], K[j])
            };
            out += &format!(" {r}={}", res[i]);
            i = j + 1;
        }
        println!("{}{out} el7={}", f.trim_start_matches("tests/packet/"), res[n]);
        msgs.dedup();
        let mut seen = std::collections::BTreeSet::new();
        for (a, b) in msgs {
            if seen.insert((a.clone(), b.clone())) {
                println!("      {a} {b}");
            }
        }
        // apply
        if std::env::var("APPLY").is_ok() {
            let mut pass = String::new();
            let mut fail = String::new();
            let mut i = 0;
            let short: Vec<String> = res.iter().map(|r| r.split('+').next().unwrap().to_string()).collect();
            while i < n {
                let mut j = i;
                while j + 1 < n && short[j + 1] == short[i] {
                    j += 1;
                }
                let r = if i == j {
                    K[i].to_string()
                } else if j == n - 1 {
                    format!("{}..", K[i])
                } else {
                    format!("{}..{}", K[i], K[j])
                };
                if short[i] == "ok" {
                    pass += &format!(" {r}");
                } else if short[i] != "nottried" {
                    fail += &format!(" {r}{}", short[i]);
                }
                i = j + 1;
            }
            if short[n] == "ok" {
                pass += " el7"
            } else if short[n] != "nottried" {
                fail += &format!(" el7{}", short[n]);
            }
            let body: Vec<&str> = src
                .lines()
                .skip_while(|l| l.starts_with("// passes:") || l.starts_with("// fails:"))
                .collect();
            // line numbers: header is always passes (+fails); source must already have the same number of head lines
            let heads =
                src.lines().take_while(|l| l.starts_with("// passes:") || l.starts_with("// fails:")).count();
            let mut head = format!("// passes:{pass}\n");
            if !fail.is_empty() {
                head += &format!("// fails:{fail}\n");
            }
            let newheads = head.lines().count();
            if newheads == heads {
                std::fs::write(f, head + &body.join("\n") + "\n").unwrap();
                println!("      applied");
            } else {
                let mut h = String::new();
                h += "// passes: x\n";
                if newheads == 2 {
                    h += "// fails: x\n";
                }
                std::fs::write(f, h + &body.join("\n") + "\n").unwrap();
                println!("      heads {heads}->{newheads}: run again");
            }
        }
    }
}
