//! The rows of a list that may be very long: which there are, how high each is, and which are in sight. Only those are drawn.
//! A row that nobody has seen has the height of most of its kind until it is drawn. Holds numbers only.

use crate::intake::Section;
use crate::language::Language;
use crate::reconciliation::{Comparison, Listing};
use crate::session_id::SessionId;
use crate::ui::theme::Theme;
use egui::{Id, Ui, vec2};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Shorter lists are drawn whole.
const DRAWN_WHOLE: usize = 60;

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// The head of a section, with how many items follow.
    Head(Section, usize),
    /// Personal details beside a chart, field by field.
    Fields,
    /// The item at this place of the form.
    Item(usize),
}

/// Of what the rows are.
#[derive(Clone)]
pub struct Shown {
    /// Whose visit it is.
    pub session: SessionId,
    /// Beside which chart.
    pub chart: Option<String>,
    /// How the items stand.
    pub listing: Arc<Listing>,
    /// Whether personal details are decided field by field.
    pub by_field: bool,
    /// Whether what the chart holds, or was decided before, is left out.
    pub only_open: bool,
    /// Of that, what is filed all the same: it stays in sight.
    pub held_and_ticked: Vec<usize>,
    /// In which language they are written.
    pub language: Language,
}

impl Shown {
    fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let is_held = |place: &usize| is_quiet(&self.listing, *place);
        for &section in Section::ALL {
            let by_field = self.by_field && section == Section::Demographics;
            let is_shown = |place: &usize| !self.only_open || !is_held(place) || self.held_and_ticked.contains(place);
            let head = rows.len();
            rows.extend(self.listing.places(section).iter().copied().filter(is_shown).map(Row::Item));
            let items = rows.len() - head;
            if items > 0 || by_field {
                let before = std::iter::once(Row::Head(section, items)).chain(by_field.then_some(Row::Fields));
                rows.splice(head..head, before);
            }
        }
        rows
    }

    fn is_same_as(&self, other: &Shown) -> bool {
        Arc::ptr_eq(&self.listing, &other.listing)
            && self.held_and_ticked == other.held_and_ticked
            && self.chart == other.chart
            && (self.session, self.by_field, self.only_open, self.language)
                == (other.session, other.by_field, other.only_open, other.language)
    }
}

/// The rows, and where each stands. Heights are with the distance to the next row.
#[derive(Clone)]
pub struct Rows {
    shown: Shown,
    width: f32,
    rows: Vec<Row>,
    /// Which of them are heads.
    heads: Vec<usize>,
    heights: Vec<f32>,
    /// Whether the row was drawn, so that its height is not only expected.
    measured: Vec<bool>,
    /// Where each row begins, below the first; one more for the end.
    tops: Vec<f64>,
    /// From this row on they are to be added up anew.
    stale_from: usize,
    /// The places of the items that were in sight, as they stand to the chart now.
    seen: Arc<BTreeSet<usize>>,
}

/// Whether there is nothing to decide about the item at a place: it has one line.
fn is_quiet(listing: &Listing, place: usize) -> bool {
    listing.comparison(place) == Comparison::Same || listing.is_decided_before(place)
}

fn id() -> Id {
    Id::unique("rows of items")
}

impl Rows {
    /// The rows as they were at the last frame, or anew where something has changed.
    pub fn load(ui: &Ui, theme: &Theme, shown: Shown) -> Rows {
        let width = ui.available_width();
        let known: Option<Rows> = ui.data_mut(|data| data.remove_temp(id())).flatten();
        match known {
            Some(known) if known.shown.is_same_as(&shown) && known.width == width => known,
            known => Rows::new(theme, shown, width, known.as_ref()),
        }
    }

    /// Keeps them for the next frame.
    pub fn store(self, ui: &Ui) {
        ui.data_mut(|data| data.insert_temp(id(), Some(self)));
    }

    fn new(theme: &Theme, shown: Shown, width: f32, before: Option<&Rows>) -> Rows {
        let rows = shown.rows();
        let before = before.filter(|before| {
            before.width == width && (before.shown.session, before.shown.language) == (shown.session, shown.language)
        });
        // What was drawn before has its height, unless it stands to the chart in another way now.
        let stands_as_before = |before: &Shown, place: usize| {
            before.listing.comparison(place) == shown.listing.comparison(place)
                && before.listing.is_decided_before(place) == shown.listing.is_decided_before(place)
        };
        // What was seen beside one chart was not seen beside another.
        let seen = before
            .filter(|before| before.shown.chart == shown.chart)
            .into_iter()
            .flat_map(|before| before.seen.iter().map(|place| (&before.shown, *place)));
        let seen = seen.filter(|(before, place)| stands_as_before(before, *place)).map(|(_, place)| place);
        let seen = Arc::new(seen.collect());
        let mut of_items: Vec<Option<f32>> = Vec::new();
        for (number, row) in before.iter().flat_map(|before| before.rows.iter().enumerate()) {
            let Some(before) = before else { break };
            if let Row::Item(place) = *row
                && before.measured.get(number) == Some(&true)
                && stands_as_before(&before.shown, place)
            {
                if of_items.len() <= place {
                    of_items.resize(place + 1, None);
                }
                if let Some(slot) = of_items.get_mut(place) {
                    *slot = before.heights.get(number).copied();
                }
            }
        }
        let height_of = |row: &Row| match *row {
            Row::Item(place) => of_items.get(place).copied().flatten(),
            Row::Head(..) | Row::Fields => None,
        };
        let expected = |row: &Row| match *row {
            Row::Head(..) => theme.mm(3.0) + theme.touch() + theme.gap(),
            Row::Fields => theme.mm(60.0),
            Row::Item(place) if is_quiet(&shown.listing, place) => theme.mm(23.0),
            Row::Item(_) => theme.mm(50.0),
        };
        let heights = rows.iter().map(|row| height_of(row).unwrap_or_else(|| expected(row))).collect();
        let measured = rows.iter().map(|row| height_of(row).is_some()).collect();
        let is_head = |(number, row): (usize, &Row)| matches!(row, Row::Head(..)).then_some(number);
        let heads = rows.iter().enumerate().filter_map(is_head).collect();
        Rows { width, heights, measured, tops: vec![0.0], stale_from: 0, heads, rows, shown, seen }
    }

    /// The places of the items that were in sight.
    pub fn seen(&self) -> Arc<BTreeSet<usize>> {
        Arc::clone(&self.seen)
    }

    fn add_up(&mut self) {
        let mut top = self.tops.get(self.stale_from).copied().unwrap_or_default();
        self.tops.truncate(self.stale_from + 1);
        for height in self.heights.iter().skip(self.stale_from) {
            top += f64::from(*height);
            self.tops.push(top);
        }
        self.stale_from = self.rows.len();
    }

    fn top(&self, number: usize) -> f64 {
        self.tops.get(number).or(self.tops.last()).copied().unwrap_or_default()
    }

    /// Draws what is in sight and leaves the place of all others. Rows above that turned out higher or lower than expected move
    /// what people look at: `shift` says by how much, to be scrolled.
    pub fn show<R>(
        &mut self,
        ui: &mut Ui,
        shift: &mut f32,
        mut draw: impl FnMut(&mut Ui, Row) -> Option<R>,
    ) -> Option<R> {
        self.add_up();
        let is_whole = self.rows.len() <= DRAWN_WHOLE;
        let sight = ui.clip_rect();
        let (mut touched, mut number) = (None, 0);
        while let Some(row) = self.rows.get(number).copied() {
            let Row::Item(_) = row else {
                // Heads are few, and each is there for who goes through the form by keyboard.
                touched = touched.or(self.draw(ui, number, row, shift, &mut draw));
                number += 1;
                continue;
            };
            let (begin, end) = (number, self.end_of_items(number));
            // The first that ends below the upper edge.
            let above = self.top(number) + f64::from(sight.top() - ui.cursor().top());
            let ends = self.tops.get(number + 1..=end).filter(|_| !is_whole);
            let first = number + ends.map_or(0, |ends| ends.partition_point(|end| *end <= above));
            let mut used = leave(ui, self.top(first) - self.top(number));
            number = first;
            while let Some(row) = self.rows.get(number).copied().filter(|_| number < end) {
                if !is_whole && ui.cursor().top() > sight.bottom() {
                    break;
                }
                touched = touched.or(self.draw(ui, number, row, shift, &mut draw));
                (number, used) = (number + 1, used + 1);
            }
            used += leave(ui, self.top(end) - self.top(number));
            // What follows has the same names, however much of the items is in sight.
            ui.skip_ahead_auto_ids((end - begin + 2).saturating_sub(used));
            number = end;
        }
        touched
    }

    /// Draws a row and remembers how high it is.
    fn draw<R>(
        &mut self,
        ui: &mut Ui,
        number: usize,
        row: Row,
        shift: &mut f32,
        mut draw: impl FnMut(&mut Ui, Row) -> Option<R>,
    ) -> Option<R> {
        let top = ui.cursor().top();
        let drawn = match row {
            Row::Head(..) | Row::Fields => draw(ui, row),
            Row::Item(place) => within(ui, place, |ui| draw(ui, row)),
        };
        self.measure(number, ui.cursor().top() - top, top < ui.clip_rect().top(), shift);
        if let Row::Item(place) = row
            && ui.clip_rect().y_range().contains((top + ui.cursor().top()) / 2.0)
            && !self.seen.contains(&place)
        {
            Arc::make_mut(&mut self.seen).insert(place);
        }
        drawn
    }

    /// Where the items end that this one is among.
    fn end_of_items(&self, number: usize) -> usize {
        let next = self.heads.partition_point(|head| *head <= number);
        self.heads.get(next).copied().unwrap_or(self.rows.len())
    }

    fn measure(&mut self, number: usize, height: f32, begins_above: bool, shift: &mut f32) {
        let (Some(known), Some(measured)) = (self.heights.get_mut(number), self.measured.get_mut(number)) else {
            return;
        };
        if !*measured && begins_above {
            *shift += height - *known;
        }
        *measured = true;
        if *known != height {
            *known = height;
            self.stale_from = self.stale_from.min(number);
        }
    }
}

/// An item, named by its place in the form, so that it is the same wherever it is drawn.
fn within<R>(ui: &mut Ui, place: usize, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let id = ui.scope_id().with(("item", place));
    ui.scope_builder(egui::UiBuilder::new().scope_id(id), contents).inner
}

/// Leaves the place of rows that are out of sight; how many names that takes.
fn leave(ui: &mut Ui, height: f64) -> usize {
    // Positions of a window are of this precision.
    let height = height as f32 - ui.spacing().item_spacing.y;
    if height <= 0.0 {
        return 0;
    }
    ui.allocate_space(vec2(ui.available_width(), height));
    1
}
