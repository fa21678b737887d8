//! Today's appointments beside the chosen chart: what stands in one line with its next step, and a tick for each that the patient is
//! here for. Nothing of it holds up the check-in, and nothing of it is told in the lobby.

use crate::reconciliation::{
    AppointmentStanding, Arrivals, Distance, Hindrance, NearAppointment, NearDay, Outcome, Place, TodaysAppointment,
    TodaysAppointments, Unit,
};
use crate::session::ReviewInput;
use crate::ui::icons::Icon;
use crate::ui::theme::{Size, Theme, Tone};
use crate::ui::widgets::{Choice, card, choice_card, mark, notice, picture, say};
use crate::ui::{Scene, Strings};
use egui::Ui;
use egui::accesskit::Role;
use std::time::Duration;

/// More are not listed; the others are counted.
const MAX_LISTED: usize = 6;

/// The words of the last one before today, on the day before it and on another.
const LAST: (&str, &str) = ("today-last-yesterday", "today-last-day");
/// The words of the next one, likewise.
const NEXT: (&str, &str) = ("today-next-tomorrow", "today-next-day");

/// An outcome as it is read: its colour and picture, what it is, what more is known of it, what to do.
struct Told {
    tone: Tone,
    icon: Icon,
    head: String,
    more: Vec<String>,
    next_step: String,
}

/// Draws them.
pub(super) fn today_ui(ui: &mut Ui, scene: &Scene<'_>, arrivals: &Arrivals) -> Option<ReviewInput> {
    let (theme, strings) = (scene.theme, scene.strings);
    let Some(told) = arrivals.told() else {
        say(ui, theme.font(Size::Small), Theme::QUIET, strings.text("today-asking"));
        return None;
    };
    outcome_ui(ui, theme, &outcome_of(strings, told));
    let mut input = None;
    for appointment in told.standing().iter().take(MAX_LISTED) {
        let is_alone = told.standing().len() == 1;
        let state = (arrivals.marks(&appointment.id), is_alone);
        // Named by what it is and not by its place: another may come before it.
        let drawn = ui.push_id(&appointment.id, |ui| appointment_ui(ui, scene, appointment, state));
        input = input.or(drawn.inner);
    }
    if arrivals.is_changed() {
        notice(ui, theme, Theme::WARN, Icon::Warning, &strings.text("today-changed"));
    }
    let unlisted = told.standing().len().saturating_sub(MAX_LISTED);
    if unlisted > 0 {
        say(ui, theme.font(Size::Small), Theme::PAPER, strings.count("today-unlisted", unlisted));
    }
    for appointment in told.beside.iter().take(MAX_LISTED) {
        let about = Some(appointment.about.reveal().clone()).filter(|about| !about.is_empty());
        let words = std::iter::once(head_of(strings, appointment)).chain(more_of(strings, appointment)).chain(about);
        say(ui, theme.font(Size::Small), Theme::PAPER, words.collect::<Vec<_>>().join(" · "));
    }
    if !told.is_whole && !told.standing().is_empty() {
        notice(ui, theme, Theme::WARN, Icon::Warning, &strings.text("today-in-part"));
    }
    if arrivals.is_old() {
        notice(ui, theme, Theme::WARN, Icon::Clock, &strings.text_with("today-old", &[("time", &told.as_of)]));
    }
    input
}

fn outcome_ui(ui: &mut Ui, theme: &Theme, told: &Told) {
    card(ui, theme, told.tone, |ui| {
        ui.spacing_mut().item_spacing.y = theme.mm(1.0);
        ui.horizontal(|ui| {
            picture(ui, told.icon, theme.mm(6.4), told.tone.text);
            say(ui, theme.strong(Size::Body), told.tone, told.head.as_str());
        });
        for line in told.more.iter().chain([&told.next_step]) {
            say(ui, theme.font(Size::Small), told.tone, line.as_str());
        }
    });
}

fn outcome_of(strings: &Strings, told: &TodaysAppointments) -> Told {
    let text = |id: &str| strings.text(id);
    match &told.outcome {
        Outcome::NotTold => Told {
            tone: Theme::WARN,
            icon: Icon::Warning,
            head: text("today-not-told"),
            more: Vec::new(),
            next_step: text("today-not-told-next-step"),
        },
        Outcome::None { last, next } => Told {
            tone: Theme::PLAIN,
            icon: Icon::Person,
            head: text("today-none"),
            more: [(LAST, last), (NEXT, next)]
                .into_iter()
                .filter_map(|(ids, it)| Some(near_of(strings, ids, it.as_ref()?)))
                .collect(),
            next_step: text("today-none-next-step"),
        },
        Outcome::Several(several) => Told {
            tone: Theme::PLAIN,
            icon: Icon::Eye,
            head: strings.text_with("today-several", &[("count", &several.len().to_string())]),
            more: Vec::new(),
            next_step: text("today-several-next-step"),
        },
        Outcome::One(one) => {
            let (tone, icon, next_step) = look_of(&one.standing);
            let next_step = one.hindered().map_or(next_step, by_hand);
            Told { tone, icon, head: head_of(strings, one), more: more_of(strings, one), next_step: text(next_step) }
        }
    }
}

/// How an appointment is shown, and which words say what to do.
const fn look_of(standing: &AppointmentStanding) -> (Tone, Icon, &'static str) {
    match standing {
        AppointmentStanding::OnTime => (Theme::GOOD, Icon::Check, "today-on-time-next-step"),
        AppointmentStanding::Early { .. } => (Theme::PLAIN, Icon::Clock, "today-early-next-step"),
        AppointmentStanding::Late { .. } => (Theme::WARN, Icon::Clock, "today-late-next-step"),
        AppointmentStanding::Elsewhere(_) => (Theme::WARN, Icon::Warning, "today-elsewhere-next-step"),
        AppointmentStanding::Arrived { .. } => (Theme::GOOD, Icon::Check, "today-arrived-next-step"),
        AppointmentStanding::NoShow { .. } => (Theme::BAD, Icon::Warning, "today-no-show-next-step"),
        AppointmentStanding::Over | AppointmentStanding::Cancelled { .. } | AppointmentStanding::NotAgreed => {
            (Theme::PLAIN, Icon::Warning, "today-over-next-step")
        }
    }
}

/// What staff do where it is not marked here.
const fn by_hand(hindrance: Hindrance) -> &'static str {
    match hindrance {
        Hindrance::Shared => "today-shared-next-step",
        Hindrance::ByHand => "today-by-hand-next-step",
    }
}

/// What it is, in a few words.
fn head_of(strings: &Strings, appointment: &TodaysAppointment) -> String {
    let no_time = strings.text("today-no-time");
    let time = appointment.time.as_deref().unwrap_or(&no_time);
    let at = |id: &str| strings.text_with(id, &[("time", time)]);
    let by = |id: &str, by: Duration| strings.text_with(id, &[("time", time), ("by", &length(strings, by))]);
    match &appointment.standing {
        AppointmentStanding::OnTime => at("today-on-time"),
        AppointmentStanding::Early { by: early } => by("today-early", *early),
        AppointmentStanding::Late { by: late } => by("today-late", *late),
        AppointmentStanding::Elsewhere(_) => at("today-elsewhere"),
        AppointmentStanding::Arrived { .. } => at("today-arrived"),
        AppointmentStanding::Over => at("today-over"),
        AppointmentStanding::NoShow { .. } => at("today-no-show"),
        AppointmentStanding::Cancelled { .. } => at("today-cancelled"),
        AppointmentStanding::NotAgreed => at("today-not-agreed"),
    }
}

/// What more is known of it: where it is, since when it stands so.
fn more_of(strings: &Strings, appointment: &TodaysAppointment) -> Vec<String> {
    match &appointment.standing {
        AppointmentStanding::Elsewhere(place) => elsewhere(strings, place),
        AppointmentStanding::Arrived { changed }
        | AppointmentStanding::NoShow { changed }
        | AppointmentStanding::Cancelled { changed } => {
            let changed = changed.iter().map(|changed| strings.text_with("today-changed-at", &[("time", changed)]));
            changed.collect()
        }
        AppointmentStanding::OnTime
        | AppointmentStanding::Early { .. }
        | AppointmentStanding::Late { .. }
        | AppointmentStanding::Over
        | AppointmentStanding::NotAgreed => Vec::new(),
    }
}

fn elsewhere(strings: &Strings, place: &Place) -> Vec<String> {
    let unnamed = strings.text("today-unnamed-place");
    let parts = [place.name.reveal().as_str(), place.address.reveal().as_str()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let mut lines = vec![if parts.is_empty() { unnamed } else { parts.join(", ") }];
    if let Some(Distance { number, unit }) = &place.away {
        let id = match unit {
            Unit::Metres => "today-away-metres",
            Unit::Kilometres => "today-away-kilometres",
            Unit::Miles => "today-away-miles",
        };
        lines.push(strings.text_with(id, &[("number", number)]));
    }
    lines
}

/// One appointment, to be marked where it can be.
fn appointment_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    appointment: &TodaysAppointment,
    (is_marked, is_alone): (bool, bool),
) -> Option<ReviewInput> {
    let (theme, strings) = (scene.theme, scene.strings);
    let mut lines = Vec::new();
    if !is_alone {
        lines.push(head_of(strings, appointment));
        lines.extend(more_of(strings, appointment));
    }
    if !appointment.about.reveal().is_empty() {
        lines.push(appointment.about.reveal().clone());
    }
    if let Some(place) = &appointment.unknown_place {
        lines.push(match place.reveal().as_str() {
            "" => strings.text("today-unnamed-place"),
            place => strings.text_with("today-unknown-place", &[("place", place)]),
        });
    }
    if !appointment.can_arrive() {
        if !is_alone {
            lines.push(strings.text(appointment.hindered().map_or(look_of(&appointment.standing).2, by_hand)));
        }
        for line in lines {
            say(ui, theme.font(Size::Small), Theme::PAPER, line);
        }
        return None;
    }
    let id = match appointment.standing {
        AppointmentStanding::Elsewhere(_) => "today-mark-all-the-same",
        AppointmentStanding::OnTime
        | AppointmentStanding::Early { .. }
        | AppointmentStanding::Late { .. }
        | AppointmentStanding::Arrived { .. }
        | AppointmentStanding::Over
        | AppointmentStanding::NoShow { .. }
        | AppointmentStanding::Cancelled { .. }
        | AppointmentStanding::NotAgreed => "beside-arrived",
    };
    let words = strings.text_with(id, &[("time", appointment.time.as_deref().unwrap_or_default())]);
    // Of several each says in its name what tells it from the others.
    let told_apart = lines.iter().filter(|_| !is_alone);
    let label = std::iter::once(&words).chain(told_apart).map(String::as_str).collect::<Vec<_>>().join(", ");
    let choice = Choice { role: Role::CheckBox, label: &label, chosen: is_marked, enabled: true };
    let touched = choice_card(ui, theme, choice, |ui| {
        ui.horizontal(|ui| {
            mark(ui, theme, Role::CheckBox, is_marked);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                say(ui, theme.strong(Size::Body), Theme::CARD, words.as_str());
                for line in lines {
                    say(ui, theme.font(Size::Small), Theme::CARD_QUIET, line);
                }
            });
        });
    });
    touched.then(|| ReviewInput::ArrivalToggled(appointment.id.clone()))
}

fn near_of(strings: &Strings, (adjacent, other): (&str, &str), near: &NearAppointment) -> String {
    let words = match near.day {
        NearDay::Adjacent => strings.text_with(adjacent, &[("time", &near.time)]),
        NearDay::On(day) => strings.text_with(other, &[("time", &near.time), ("day", &day.to_string())]),
    };
    match near.about.reveal().as_str() {
        "" => words,
        about => format!("{words} · {about}"),
    }
}

/// Whole minutes, and hours from one on.
fn length(strings: &Strings, by: Duration) -> String {
    let minutes = by.as_secs() / 60;
    let (hours, minutes) = ((minutes / 60).to_string(), (minutes % 60).to_string());
    match (hours.as_str(), minutes.as_str()) {
        ("0", minutes) => strings.text_with("length-minutes", &[("minutes", minutes)]),
        (hours, "0") => strings.text_with("length-hours", &[("hours", hours)]),
        (hours, minutes) => strings.text_with("length-hours-minutes", &[("hours", hours), ("minutes", minutes)]),
    }
}
