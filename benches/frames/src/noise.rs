//! Repeatable noise (xorshift).

/// The same numbers for the same seed.
#[derive(Clone)]
pub struct Noise(u64);

impl Noise {
    /// Neighbouring seeds give unlike numbers.
    pub const fn new(seed: u64) -> Noise {
        let mut mixed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Noise((mixed ^ (mixed >> 31)) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number of `0..limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 33) as usize % limit
    }

    /// Evenly spread.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        let unit = (self.next() >> 40) as f32 / (1_u32 << 24) as f32;
        low + unit * (high - low)
    }

    /// Roughly a normal distribution of deviation 1.
    pub fn normal(&mut self) -> f32 {
        let bits = self.next();
        let four = (0..4).map(|at| ((bits >> (16 * at)) & 0xFFFF) as f32 / 65_536.0).sum::<f32>();
        (four - 2.0) * 1.732
    }
}
