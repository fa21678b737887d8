//! What waits to be filed or for a chart, why, and who must act: numbers and times. Whose it is, staff see of one at a time.

mod shown;

use crate::delivery::WaitReason;
use crate::filing::SubmissionId;
use crate::session::{Behind, Input, KeptWaiting, Queue, QueueList, ShownCheckIn, Waiting, WhereItWaits};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::theme::{Size, Theme};
use crate::ui::widgets::{Button, Weight, card, notice, picture, say};
use egui::{ScrollArea, Ui, UiBuilder, vec2};

/// Draws it.
pub fn queue(ui: &mut Ui, scene: &Scene<'_>, queue: &Queue) -> Option<Input> {
    let (theme, strings) = (scene.theme, scene.strings);
    let inside = ui.max_rect().shrink2(vec2(theme.mm(12.0), theme.mm(8.0)));
    ui.scope_builder(UiBuilder::new().max_rect(inside), |ui| {
        say(ui, theme.strong(Size::Heading), Theme::PAPER, strings.text("queue-title"));
        if queue.not_opened {
            notice(ui, theme, Theme::WARN, Icon::Warning, &strings.text("queue-not-opened"));
        }
        let back = match queue.behind {
            Behind::Form(_) => strings.text("queue-back"),
            Behind::Nobody(_) => strings.text("queue-close"),
        };
        let mut input = Button::new(theme, Weight::Secondary, &back).show(ui).then_some(Input::QueueLeft);
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
    let mut input = None;
    if !list.kept.is_empty() {
        say(ui, theme.strong(Size::Body), Theme::PAPER, strings.count("queue-kept-count", list.kept.len()));
        ui.add_space(theme.mm(2.0));
    }
    for kept in &list.kept {
        input = card(ui, theme, Theme::CARD, |ui| kept_ui(ui, scene, queue, kept)).or(input);
        ui.add_space(theme.mm(3.0));
    }
    say(ui, theme.strong(Size::Body), Theme::PAPER, strings.count("queue-count", list.confirmed.len()));
    ui.add_space(theme.mm(2.0));
    for waiting in &list.confirmed {
        input = card(ui, theme, Theme::CARD, |ui| waiting_ui(ui, scene, queue, waiting)).or(input);
        ui.add_space(theme.mm(3.0));
    }
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
