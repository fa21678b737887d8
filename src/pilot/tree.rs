//! What is on screen, by its visible words: the accessibility tree of the last frame.

use egui::accesskit::{Node, Role, TreeUpdate};
use egui::{Pos2, Rect, pos2};

/// One thing with words.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    words: String,
    place: Rect,
    can_touch: bool,
    disabled: bool,
}

/// Everything with words, in reading order.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    seen: Vec<Seen>,
    window: Rect,
}

impl Default for Tree {
    fn default() -> Self {
        Tree { seen: Vec::new(), window: Rect::ZERO }
    }
}

impl Tree {
    /// Reads the tree of a frame.
    pub fn read(update: &TreeUpdate, window: Rect) -> Tree {
        Tree { seen: update.nodes.iter().filter_map(|(_, node)| read(node)).collect(), window }
    }

    /// The window.
    pub fn window(&self) -> Rect {
        self.window
    }

    /// Whether something on screen contains these words.
    pub fn has(&self, words: &str) -> bool {
        self.seen.iter().any(|seen| seen.words.contains(words))
    }

    /// Where the thing with these words is that can be touched now; whole words count before beginnings.
    pub fn target(&self, words: &str) -> Option<Rect> {
        let mut open = self.seen.iter().filter(|seen| seen.can_touch && !seen.disabled);
        let exact = open.clone().find(|seen| seen.words == words);
        exact.or_else(|| open.find(|seen| seen.words.starts_with(words))).map(|seen| seen.place)
    }

    /// Where to hold the pointer and how far to turn the wheel, so that a place comes to the middle part of the window, which
    /// no fixed bar covers. `None` when it is there.
    pub fn turn_towards(&self, place: Rect) -> Option<(Pos2, f32)> {
        let (window, centre) = (self.window, place.center());
        let middle = window.top() + window.height() * 0.14..=window.bottom() - window.height() * 0.16;
        let way = window.center().y - centre.y;
        let step = window.height() * 0.5;
        (!middle.contains(&centre.y)).then(|| (pos2(centre.x, window.center().y), way.clamp(-step, step)))
    }

    /// Everything, for the report of a failure.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.seen.iter().map(|seen| {
            let kind = match (seen.can_touch, seen.disabled) {
                (true, false) => "can be touched",
                (true, true) => "disabled",
                (false, _) => "text",
            };
            format!("{kind}: {}", seen.words)
        })
    }
}

fn read(node: &Node) -> Option<Seen> {
    let words = if node.role() == Role::Label { node.value() } else { node.label() };
    let bounds = node.bounds()?;
    #[expect(clippy::cast_possible_truncation, reason = "points of a window fit")]
    let at = |x: f64, y: f64| pos2(x as f32, y as f32);
    let can_touch = matches!(node.role(), Role::Button | Role::CheckBox | Role::RadioButton);
    Some(Seen {
        words: words.filter(|words| !words.is_empty())?.to_owned(),
        place: Rect::from_min_max(at(bounds.x0, bounds.y0), at(bounds.x1, bounds.y1)),
        can_touch,
        disabled: node.is_disabled(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(words: &str, top: f32, disabled: bool) -> Seen {
        let place = Rect::from_min_size(pos2(10.0, top), egui::vec2(100.0, 40.0));
        Seen { words: words.to_owned(), place, can_touch: true, disabled }
    }

    fn tree(seen: Vec<Seen>) -> Tree {
        Tree { seen, window: Rect::from_min_size(Pos2::ZERO, egui::vec2(800.0, 600.0)) }
    }

    #[test]
    fn whole_words_count_before_beginnings_and_disabled_things_never() {
        let tree =
            tree(vec![seen("File 0 items", 0.0, true), seen("Share with us", 50.0, false), seen("Share", 90.0, false)]);
        assert_eq!(tree.target("Share").map(|place| place.top()), Some(90.0));
        assert_eq!(tree.target("Share w").map(|place| place.top()), Some(50.0));
        assert_eq!(tree.target("File"), None);
        assert!(tree.has("0 items"));
    }

    #[test]
    fn the_wheel_turns_towards_what_is_out_of_sight() {
        let tree = tree(Vec::new());
        let down = tree.turn_towards(seen("x", 2000.0, false).place);
        assert_eq!(down, Some((pos2(60.0, 300.0), -300.0)));
        assert_eq!(tree.turn_towards(seen("x", 280.0, false).place), None);
    }
}
