//! Done: the ticket as paper, what it means, what comes next.

use crate::delivery::FilingOutcome;
use crate::session::{Complete, Input, PrinterHealth};
use crate::ticket::{Ticket, text_ids};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::lobby::{Page, heading, lobby};
use crate::ui::theme::{Size, Theme};
use crate::ui::widgets::{Button, Weight, notice, say};
use egui::{Align, FontId, Frame, Layout, Margin, Rect, Sense, Shape, Ui, pos2, vec2};

/// Draws it.
pub fn complete(ui: &mut Ui, scene: &Scene<'_>, complete: &Complete) -> Option<Input> {
    let page = Page { step: 3, picture: picture_of(complete.ticket.outcome), not_me: true, leave: None };
    lobby(ui, scene, page, |ui, scene| {
        let (theme, strings) = (scene.theme, scene.strings);
        let (title, next) = text_ids(complete.ticket.outcome);
        heading(ui, theme, strings.text(title), strings.text(next));
        paper_ui(ui, scene, &complete.ticket);
        if scene.health.printer == PrinterHealth::Failing {
            notice(ui, theme, Theme::WARN, Icon::Printer, &strings.text("complete-printer-failing"));
        }
        ui.add_space(theme.mm(4.0));
        let (done, again) = (strings.text("button-done"), strings.text("complete-print-again"));
        let mut input = None;
        ui.horizontal_wrapped(|ui| {
            if Button::new(theme, Weight::Primary, &done).tall().width(theme.mm(60.0)).show(ui) {
                input = Some(Input::DoneTouched);
            }
            let can_print = scene.health.printer != PrinterHealth::None;
            if can_print && Button::new(theme, Weight::Secondary, &again).tall().icon(Icon::Printer).show(ui) {
                input = Some(Input::TicketAskedAgain);
            }
        });
        input
    })
}

const fn picture_of(outcome: FilingOutcome) -> Icon {
    match outcome {
        FilingOutcome::Accepted | FilingOutcome::Queued => Icon::Check,
        FilingOutcome::NeedsPerson => Icon::Desk,
    }
}

/// The ticket, with the torn edge of a roll of paper.
fn paper_ui(ui: &mut Ui, scene: &Scene<'_>, ticket: &Ticket) {
    let theme = scene.theme;
    let ground = ui.painter().add(Shape::Noop);
    let edge = ui.painter().add(Shape::Noop);
    let width = theme.mm(88.0).min(ui.available_width());
    let paper = ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(Align::Center), |ui| {
        ui.set_width(width);
        Frame::new().inner_margin(Margin::from(theme.pad())).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = theme.mm(1.0);
            let line = |ui: &mut Ui, font: FontId, text: String| {
                say(ui, font, Theme::CARD, text);
            };
            line(ui, theme.strong(Size::Body), scene.clinic.to_owned());
            line(ui, theme.font(Size::Small), scene.strings.text("complete-number"));
            line(ui, theme.strong(Size::Number), ticket.number.spoken());
            line(ui, theme.font(Size::Small), scene.strings.count("complete-items", ticket.items));
        });
    });
    let rect = paper.response.rect;
    let sheet = Frame::new().fill(Theme::CARD.fill).shadow(theme.shadow());
    ui.painter().set(ground, sheet.paint(rect));
    ui.painter().set(edge, Shape::Vec(teeth(theme, rect)));
    ui.allocate_exact_size(vec2(width, theme.mm(3.0)), Sense::hover());
}

fn teeth(theme: &Theme, rect: Rect) -> Vec<Shape> {
    let count = (rect.width() / theme.mm(4.0)).floor().max(1.0);
    let width = rect.width() / count;
    let tooth = |number: u16| {
        let left = rect.left() + width * f32::from(number);
        let points = vec![
            pos2(left, rect.bottom() - 0.5),
            pos2(left + width, rect.bottom() - 0.5),
            pos2(left + width / 2.0, rect.bottom() + theme.mm(2.2)),
        ];
        Shape::convex_polygon(points, Theme::CARD.fill, egui::Stroke::NONE)
    };
    (0..count as u16).map(tooth).collect()
}
