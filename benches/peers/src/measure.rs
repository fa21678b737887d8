//! CPU time, turn by turn: ours, theirs, ours, theirs, so that a busy machine is busy for both.

use rustix::time::{ClockId, clock_gettime};

/// Turns that count; the first few are for warming up and do not.
pub const TURNS: usize = 15;
const WARMING: usize = 3;

/// CPU time of this process, in microseconds.
pub fn cpu_micros() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}

/// CPU time of some work of ours.
pub fn cost(mut work: impl FnMut()) -> f64 {
    let before = cpu_micros();
    work();
    cpu_micros() - before
}

/// What two ways of doing the same cost, in microseconds for each input.
pub struct Pair {
    ours: Vec<f64>,
    theirs: Vec<f64>,
}

/// Takes turns. Each side does the whole batch of `inputs` and says what it cost.
pub fn pair(inputs: usize, mut ours: impl FnMut() -> f64, mut theirs: impl FnMut() -> f64) -> Pair {
    let mut pair = Pair { ours: Vec::new(), theirs: Vec::new() };
    for turn in 0..WARMING + TURNS {
        let (one, other) = (ours() / inputs as f64, theirs() / inputs as f64);
        if turn >= WARMING {
            pair.ours.push(one);
            pair.theirs.push(other);
        }
    }
    pair
}

impl Pair {
    /// One line: the least cost of both, and how many times more the other one costs, median and least over the turns.
    pub fn print(&self, name: &str, goal: Option<f64>) {
        let ratios: Vec<f64> = self.ours.iter().zip(&self.theirs).map(|(ours, theirs)| theirs / ours).collect();
        let verdict = match goal {
            Some(goal) if median(&ratios) >= goal => format!("goal {goal}: reached"),
            Some(goal) => format!("goal {goal}: MISSED"),
            None => String::new(),
        };
        println!(
            "{name:44} {:>11.1} {:>12.1} {:>8.2} {:>7.2}  {verdict}",
            least(&self.ours),
            least(&self.theirs),
            median(&ratios),
            least(&ratios)
        );
    }
}

/// The least of some numbers.
pub fn least(numbers: &[f64]) -> f64 {
    numbers.iter().copied().fold(f64::INFINITY, f64::min)
}

fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
