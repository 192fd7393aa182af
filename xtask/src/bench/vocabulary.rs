//! Pages in both languages out of words that a seed chooses: common ones often, rare ones rarely, as in any text.

/// A generator of numbers (SplitMix64).
pub(super) struct Chance(u64);

impl Chance {
    /// The same numbers for the same seed.
    pub(super) fn new(seed: u64) -> Chance {
        Chance(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// One of them, the n-th about n times as rarely as the first (Zipf's law).
    pub(super) fn zipf<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let share = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        let rank = (of.len() as f64).powf(share) as usize;
        &of[rank.clamp(1, of.len()) - 1]
    }
}

/// The words that pages are made of.
pub(super) struct Vocabulary {
    /// English.
    pub(super) latin: Vec<String>,
    /// Chinese, of two or three characters.
    pub(super) han: Vec<String>,
    /// Names with underscores, in both languages.
    pub(super) identifiers: Vec<String>,
}

impl Vocabulary {
    /// The same for the same seed.
    pub(super) fn new(chance: &mut Chance) -> Vocabulary {
        let syllables: Vec<String> = "bcdfghlmnprstvw"
            .chars()
            .flat_map(|c| {
                ["a", "e", "i", "o", "u", "ar", "en", "il", "or", "ut"].map(|rest| format!("{c}{rest}"))
            })
            .collect();
        let word = |chance: &mut Chance| -> String {
            (0..2 + chance.below(3)).map(|_| syllables[chance.below(syllables.len())].as_str()).collect()
        };
        let latin: Vec<String> = (0..12_000).map(|_| word(chance)).collect();
        let characters: Vec<char> = (0x4e00..0x5600).filter_map(char::from_u32).collect();
        let han = (0..12_000)
            .map(|_| (0..2 + chance.below(2)).map(|_| *chance.zipf(&characters)).collect())
            .collect();
        let identifiers = (0..3_000)
            .map(|_| format!("{}_{}_{}", &latin[chance.below(200)], word(chance), word(chance)))
            .collect();
        Vocabulary { latin, han, identifiers }
    }

    /// A page of about six thousand bytes, with headings, lists and code.
    pub(super) fn page(&self, chance: &mut Chance, chinese: bool) -> String {
        let mut page = format!(
            "---\ntitle: \"{}\"\ntags: [{}]\n---\n",
            self.words(chance, chinese, 5),
            self.identifiers[chance.below(50)]
        );
        for section in 0..6 {
            page += &format!("\n## {} {section}\n\n", self.words(chance, chinese, 4));
            for _ in 0..3 {
                page += &self.words(chance, chinese, 45);
                page += if chinese { "。\n\n" } else { ".\n\n" };
            }
            page +=
                &format!("- {}\n- {}\n\n", self.words(chance, chinese, 6), self.words(chance, chinese, 6));
            page += &format!("```sh\nsysctl -w {}=1\n```\n", chance.zipf(&self.identifiers));
        }
        page
    }

    fn words(&self, chance: &mut Chance, chinese: bool, count: usize) -> String {
        let mut text = String::new();
        for _ in 0..count {
            let word = match chance.below(20) {
                0 => chance.zipf(&self.identifiers),
                1 if chinese => chance.zipf(&self.latin),
                _ if chinese => chance.zipf(&self.han),
                _ => chance.zipf(&self.latin),
            };
            let apart = !chinese || (word.is_ascii() && !text.is_empty());
            if apart && !text.is_empty() {
                text.push(' ');
            }
            text += word;
        }
        text
    }

    /// What somebody might look for: characters, words, phrases, names and parts of them, slips.
    pub(super) fn query(&self, chance: &mut Chance) -> String {
        let (latin, han) = (chance.zipf(&self.latin).clone(), chance.zipf(&self.han).clone());
        let name = chance.zipf(&self.identifiers).clone();
        match chance.below(10) {
            0 => han.chars().take(1).collect(),
            1 | 2 => han,
            3 => format!("{han}{}", chance.zipf(&self.han)),
            4 => format!("{han}{name}"),
            5 => latin,
            6 => format!("{latin} {}", chance.zipf(&self.latin)),
            7 => name.split_once('_').map_or(name.clone(), |(_, rest)| rest.to_string()),
            8 => format!("{}*", latin.chars().take(3).collect::<String>()),
            // Two letters exchanged.
            _ => {
                let mut letters: Vec<char> = self.latin[chance.below(self.latin.len())].chars().collect();
                let at = chance.below(letters.len() - 1);
                letters.swap(at, at + 1);
                letters.into_iter().collect()
            }
        }
    }
}
