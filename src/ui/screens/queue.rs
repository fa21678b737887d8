//! What waits to be filed or for a chart, why, and who must act: numbers and times. Whose it is, staff see of one at a time.

mod filed;
mod shown;

use crate::delivery::WaitReason;
use crate::filing::SubmissionId;
use crate::session::{
    Behind, FiledCheckIn, Input, KeptWaiting, Queue, QueueList, QueueRefusal, ShownCheckIn, Waiting, WhereItWaits,
};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::theme::{Size, Theme};
use crate::ui::widgets::{Button, Weight, card, notice, picture, say};
use egui::{Id, Rect, ScrollArea, Ui, UiBuilder, vec2};

/// To lay out more cards than these at each frame takes too long.
const LONG: usize = 60;

/// Draws it.
pub fn queue(ui: &mut Ui, scene: &Scene<'_>, queue: &Queue) -> Option<Input> {
    let (theme, strings) = (scene.theme, scene.strings);
    let inside = ui.max_rect().shrink2(vec2(theme.mm(12.0), theme.mm(8.0)));
    ui.scope_builder(UiBuilder::new().max_rect(inside), |ui| {
        say(ui, theme.strong(Size::Heading), Theme::PAPER, strings.text("queue-title"));
        if let Some(refused) = queue.refused {
            let id = match refused {
                QueueRefusal::NotOpened => "queue-not-opened",
                QueueRefusal::LookAgain => "queue-look-again",
                QueueRefusal::NotStopped => "queue-not-stopped",
            };
            notice(ui, theme, Theme::WARN, Icon::Warning, &strings.text(id));
        }
        let back = match queue.behind {
            Behind::Form(_) => strings.text("queue-back"),
            Behind::Nobody(_) => strings.text("queue-close"),
        };
        let mut input = None;
        ui.horizontal(|ui| {
            let wrong = strings.text("wrong-person-touch");
            input = Button::new(theme, Weight::Secondary, &back).show(ui).then_some(Input::QueueLeft);
            let touched = Button::new(theme, Weight::Secondary, &wrong).show(ui).then_some(Input::WrongPersonTouched);
            input = touched.or(input.take());
        });
        ui.add_space(theme.mm(3.0));
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            let listed = match &queue.waiting {
                None => {
                    say(ui, theme.font(Size::Body), Theme::PAPER, strings.text("queue-looking"));
                    None
                }
                Some(list) => list_ui(ui, scene, queue, list),
            };
            input = listed.or(input.take());
        });
        input
    })
    .inner
}

fn list_ui(ui: &mut Ui, scene: &Scene<'_>, queue: &Queue, list: &QueueList) -> Option<Input> {
    let (theme, strings) = (scene.theme, scene.strings);
    let is_long = list.kept.len() + list.confirmed.len() + list.filed.len() > LONG;
    let mut input = None;
    if !list.kept.is_empty() {
        say(ui, theme.strong(Size::Body), Theme::PAPER, strings.count("queue-kept-count", list.kept.len()));
        ui.add_space(theme.mm(2.0));
    }
    for kept in &list.kept {
        input = card_of(ui, theme, (&kept.submission, is_long), |ui| kept_ui(ui, scene, queue, kept)).or(input);
    }
    let waiting = list.confirmed.len() + list.left_out;
    if waiting > 0 || list.kept.is_empty() {
        say(ui, theme.strong(Size::Body), Theme::PAPER, strings.count("queue-count", waiting));
        ui.add_space(theme.mm(2.0));
    }
    for waiting in &list.confirmed {
        input =
            card_of(ui, theme, (&waiting.submission, is_long), |ui| waiting_ui(ui, scene, queue, waiting)).or(input);
    }
    if list.left_out > 0 {
        say(ui, theme.font(Size::Body), Theme::PAPER, strings.count("queue-left-out", list.left_out));
    }
    if !list.filed.is_empty() {
        say(ui, theme.strong(Size::Body), Theme::PAPER, strings.text("queue-filed-title"));
        ui.add_space(theme.mm(2.0));
    }
    for filed in &list.filed {
        input = card_of(ui, theme, (&filed.submission, is_long), |ui| filed_ui(ui, scene, queue, filed)).or(input);
    }
    input
}

/// A card of the list. Of a long one, what was laid out once and is out of sight is only its height.
fn card_of(
    ui: &mut Ui,
    theme: &Theme,
    (submission, is_long): (&SubmissionId, bool),
    contents: impl FnOnce(&mut Ui) -> Option<Input>,
) -> Option<Input> {
    let id = Id::unique(("a check-in that waits", submission.as_str()));
    let top = ui.cursor().min;
    let known = ui.data(|data| data.get_temp::<f32>(id)).map(|height| vec2(ui.available_width(), height));
    if let Some(size) = known.filter(|size| is_long && !ui.is_rect_visible(Rect::from_min_size(top, *size))) {
        ui.allocate_space(size);
        return None;
    }
    let input = card(ui, theme, Theme::CARD, contents);
    ui.add_space(theme.mm(3.0));
    let height = ui.cursor().min.y - top.y - ui.spacing().item_spacing.y;
    ui.data_mut(|data| data.insert_temp(id, height));
    input
}

fn head_ui(ui: &mut Ui, scene: &Scene<'_>, needs_person: bool, (number, time): (&str, &str)) {
    let theme = scene.theme;
    ui.set_min_width(ui.available_width());
    ui.horizontal(|ui| {
        let (icon, tone) = if needs_person { (Icon::Person, Theme::BAD) } else { (Icon::Clock, Theme::CARD_QUIET) };
        picture(ui, icon, theme.mm(6.0), tone.text);
        say(ui, theme.strong(Size::Body), Theme::CARD, number);
        say(ui, theme.font(Size::Small), Theme::CARD_QUIET, time);
    });
}

fn kept_ui(ui: &mut Ui, scene: &Scene<'_>, queue: &Queue, kept: &KeptWaiting) -> Option<Input> {
    let (theme, strings) = (scene.theme, scene.strings);
    head_ui(ui, scene, true, (&kept.number, &kept.kept));
    say(ui, theme.font(Size::Body), Theme::CARD, strings.text("queue-why-kept"));
    if kept.restored {
        notice(ui, theme, Theme::WARN, Icon::Warning, &strings.text("queue-kept-restored"));
    }
    match shown_of(queue, &kept.submission) {
        Some(shown) => shown::shown_ui(ui, scene, &queue.behind, shown, &kept.number),
        None => whose_ui(ui, scene, &kept.number, (&kept.submission, WhereItWaits::Kept)),
    }
}

fn waiting_ui(ui: &mut Ui, scene: &Scene<'_>, queue: &Queue, waiting: &Waiting) -> Option<Input> {
    let (theme, strings) = (scene.theme, scene.strings);
    head_ui(ui, scene, waiting.needs_person(), (&waiting.number, &waiting.confirmed));
    let shown = shown_of(queue, &waiting.submission);
    // Since the list was read it may wait for something else.
    let why = shown.and_then(ShownCheckIn::can_be_sent_again).map(|doubt| doubt.reason).or(waiting.why);
    say(ui, theme.font(Size::Body), Theme::CARD, strings.text(why.map_or("queue-why-turn", WaitReason::text_id)));
    let who = match why.and_then(WaitReason::actor) {
        Some(actor) => strings.text_with("trouble-who", &[("actor", &strings.text(actor.text_id()))]),
        None => strings.text("queue-nobody"),
    };
    say(ui, theme.font(Size::Small), Theme::CARD_QUIET, who);
    match shown {
        Some(shown) => shown::shown_ui(ui, scene, &queue.behind, shown, &waiting.number),
        None => whose_ui(ui, scene, &waiting.number, (&waiting.submission, WhereItWaits::Confirmed)),
    }
}

fn filed_ui(ui: &mut Ui, scene: &Scene<'_>, queue: &Queue, filed: &FiledCheckIn) -> Option<Input> {
    let (theme, strings) = (scene.theme, scene.strings);
    ui.set_min_width(ui.available_width());
    ui.horizontal(|ui| {
        picture(ui, Icon::Check, theme.mm(6.0), Theme::CARD_QUIET.text);
        say(ui, theme.strong(Size::Body), Theme::CARD, filed.number.as_str());
        say(ui, theme.font(Size::Small), Theme::CARD_QUIET, filed.confirmed.as_str());
        if filed.withdrawn {
            say(ui, theme.strong(Size::Small), Theme::CARD, strings.text("queue-filed-withdrawn"));
        }
    });
    match shown_of(queue, &filed.submission) {
        Some(shown) => shown::shown_ui(ui, scene, &queue.behind, shown, &filed.number),
        None => {
            let open = strings.text_with("queue-filed-open", &[("number", &filed.number)]);
            let touched = Button::new(theme, Weight::Secondary, &open).show(ui);
            touched.then(|| Input::WaitingTouched(filed.submission.clone(), WhereItWaits::Filed))
        }
    }
}

fn shown_of<'a>(queue: &'a Queue, submission: &SubmissionId) -> Option<&'a ShownCheckIn> {
    queue.shown.as_ref().filter(|shown| shown.submission == *submission)
}

fn whose_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    number: &str,
    (submission, place): (&SubmissionId, WhereItWaits),
) -> Option<Input> {
    let whose = scene.strings.text_with("queue-whose", &[("number", number)]);
    let touched = Button::new(scene.theme, Weight::Secondary, &whose).show(ui);
    touched.then(|| Input::WaitingTouched(submission.clone(), place))
}
